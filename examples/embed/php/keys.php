<?php
// keys.php — makes the key that your back end signs with, and its public half for Cloud Pocket.
function part(string $bytes): string { return rtrim(strtr(base64_encode($bytes), '+/', '-_'), '='); }

$key = openssl_pkey_new(['private_key_bits' => 3072, 'private_key_type' => OPENSSL_KEYTYPE_RSA]);
umask(0077);
openssl_pkey_export_to_file($key, 'client-key.pem');
$rsa = openssl_pkey_get_details($key)['rsa'];
file_put_contents('jwks.json', json_encode(['keys' => [
    ['kty' => 'RSA', 'kid' => 'embed-1', 'alg' => 'RS256', 'use' => 'sig', 'n' => part($rsa['n']), 'e' => part($rsa['e'])],
]]));
