<?php
// Configuration of the identity provider that package interop starts. What differs from run to run is in settings.json.

$settings = json_decode(file_get_contents(__DIR__ . '/settings.json'), true);

$config = [
    'baseurlpath' => $settings['base_url'],
    'certdir' => __DIR__ . '/',
    'datadir' => __DIR__ . '/',
    'tempdir' => __DIR__ . '/tmp',
    'loggingdir' => __DIR__ . '/',
    'metadatadir' => __DIR__ . '/metadata/',
    'attributenamemapdir' => '/usr/share/simplesamlphp/config/attributemap/',

    'logging.handler' => 'errorlog',
    'logging.format' => '%level %stat%msg',
    'logging.level' => SimpleSAML\Logger::NOTICE,
    'debug' => null,
    'showerrors' => true,
    'errorreporting' => false,

    'secretsalt' => $settings['secret'],
    'auth.adminpassword' => $settings['secret'],
    'admin.protectindexpage' => true,
    'technicalcontact_email' => 'na@example.org',
    'timezone' => 'Asia/Tokyo',
    'trusted.url.domains' => null,

    'enable.saml20-idp' => true,
    'module.enable' => ['core' => true, 'saml' => true, 'exampleauth' => true],

    'store.type' => 'phpsession',
    'session.duration' => 8 * 3600,
    'session.cookie.name' => 'SimpleSAMLSessionID',
    'session.cookie.path' => '/',
    'session.cookie.secure' => false,
    'session.cookie.samesite' => null,
    'session.phpsession.cookiename' => 'SimpleSAML',
    'session.phpsession.savepath' => __DIR__ . '/tmp',
    'session.phpsession.httponly' => true,
    'language.default' => 'en',
    'language.available' => ['en', 'ja'],
    'language.cookie.secure' => false,
    'language.cookie.samesite' => null,

    'metadata.sources' => [['type' => 'flatfile', 'directory' => __DIR__ . '/metadata']],
    'authproc.idp' => [],
];
