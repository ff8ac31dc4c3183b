<?php
// The service providers that are trusted: their own metadata, read by SimpleSAMLphp's own parser.

$settings = json_decode(file_get_contents(dirname(__DIR__) . '/settings.json'), true);

foreach (glob(dirname(__DIR__) . '/sp-*.xml') as $file) {
    foreach (SimpleSAML\Metadata\SAMLParser::parseDescriptorsFile($file) as $id => $entity) {
        $sp = $entity->getMetadata20SP();
        unset($sp['expire'], $sp['metadata-set']);
        $sp['NameIDFormat'] = $settings['name_id_format'];
        if ($settings['require_signed_requests']) {
            $sp['validate.authnrequest'] = true;
        }
        $metadata[$id] = $sp;
    }
}
