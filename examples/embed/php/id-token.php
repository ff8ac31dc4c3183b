<?php
// id-token.php — has a fresh ID token made for a person. It stands in for what your OpenID provider does: replace it by that.
function idToken(array $person): string
{
    return signed([
        'iss' => getenv('ISSUER'), // as in the trust
        'aud' => getenv('AUDIENCE'), // the client ID by which your provider knows Cloud Pocket
        'sub' => $person['subject'],
        'jti' => bin2hex(random_bytes(16)),
        'iat' => time(),
        'exp' => time() + 300,
        'auth_time' => $person['signedInAt'],
    ], 'issuer-1', 'issuer-key.pem');
}
