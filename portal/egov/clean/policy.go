package clean

// Policy is the Content-Security-Policy for a cleaned page: no script, no load, no form, an origin of its own. The
// caller adds frame-ancestors. Official stylesheets put style attributes everywhere, which only 'unsafe-inline' allows;
// the filter has been through all of them.
const Policy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; sandbox"

// baseStyle comes before the document's own style, which may override it. 12 mm leave 703 × 1031 px of an A4 page, so
// that an official page of 640 × 940 px fits at its own size together with the browser's 8 px around the body.
// Backgrounds are part of a form: they are printed.
const baseStyle = "@page{size:A4;margin:12mm}html{print-color-adjust:exact;-webkit-print-color-adjust:exact}@media print{tr,img{break-inside:avoid}}"
