<?php
// embed-code.php — gives your page a one-use code whenever the element asks: POST /embed-code.php
require __DIR__ . '/id-token.php'; // idToken($person): a fresh ID token, by your IdP
require __DIR__ . '/session.php'; // signedIn(): who is signed in to your product, or null

const POCKET = 'https://pocket.example';

function part(string $bytes): string { return rtrim(strtr(base64_encode($bytes), '+/', '-_'), '='); }

// A JWT signed with RS256 by the private key in a file.
function signed(array $claims, string $kid, string $file): string
{
    $text = part(json_encode(['alg' => 'RS256', 'kid' => $kid])) . '.' . part(json_encode($claims));
    openssl_sign($text, $signature, file_get_contents($file), OPENSSL_ALGO_SHA256) or throw new RuntimeException('sign');
    return $text . '.' . part($signature);
}

// Exchanges a fresh ID token for the code (RFC 8693), with a proof of who this back end is (private_key_jwt, RFC 7523).
function embedCode(string $idToken): string
{
    $client = getenv('POCKET_CLIENT'); // the client_id of the API client
    $proof = ['iss' => $client, 'sub' => $client, 'aud' => POCKET, 'jti' => bin2hex(random_bytes(16)), 'iat' => time(), 'exp' => time() + 60];
    $form = http_build_query([
        'grant_type' => 'urn:ietf:params:oauth:grant-type:token-exchange',
        'scope' => 'embed',
        'subject_token' => $idToken,
        'subject_token_type' => 'urn:ietf:params:oauth:token-type:id_token',
        'client_assertion_type' => 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
        'client_assertion' => signed($proof, 'embed-1', 'client-key.pem'),
    ]);
    $answer = file_get_contents(POCKET . '/oauth/token', false, stream_context_create(['http' => [
        'method' => 'POST', 'header' => 'Content-Type: application/x-www-form-urlencoded', 'content' => $form, 'timeout' => 10, 'ignore_errors' => true,
    ]]));
    $body = json_decode($answer ?: '{}', true);
    return $body['access_token'] ?? throw new RuntimeException(($body['error'] ?? 'no answer') . ': ' . ($body['error_description'] ?? ''));
}

if ($_SERVER['REQUEST_METHOD'] !== 'POST' || ($_SERVER['HTTP_SEC_FETCH_SITE'] ?? 'same-origin') !== 'same-origin') {
    http_response_code(403);
    return;
}
$person = signedIn();
if ($person === null) {
    http_response_code(401);
    return;
}
try {
    $code = embedCode(idToken($person));
    header('Content-Type: application/json');
    header('Cache-Control: no-store');
    echo json_encode(['code' => $code]);
} catch (RuntimeException $e) {
    error_log('embed code: ' . $e->getMessage());
    http_response_code(502);
}
