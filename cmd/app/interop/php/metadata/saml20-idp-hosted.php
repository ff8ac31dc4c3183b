<?php
$settings = json_decode(file_get_contents(dirname(__DIR__) . '/settings.json'), true);
$redirect = 'urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect';
$post = 'urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST';

$metadata[$settings['entity_id']] = [
    'host' => '__DEFAULT__',
    'privatekey' => 'idp.key',
    'certificate' => 'idp.crt',
    'auth' => 'people',
    'SingleSignOnServiceBinding' => [$redirect, $post],
    'SingleLogoutServiceBinding' => [$redirect],
    'NameIDFormat' => $settings['name_id_format'],
    'signature.algorithm' => 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256',
    'saml20.sign.response' => $settings['sign_response'],
    'saml20.sign.assertion' => true,
    'assertion.encryption' => $settings['encrypt_assertions'],
    'validate.authnrequest' => $settings['require_signed_requests'],
    'validate.logout' => true,
    'sign.logout' => true,
    'authproc' => [
        10 => ['class' => 'saml:AttributeNameID', 'attribute' => $settings['name_id_attribute'], 'Format' => $settings['name_id_format']],
        20 => ['class' => 'saml:AuthnContextClassRef', 'AuthnContextClassRef' => $settings['authn_context']],
    ],
];
