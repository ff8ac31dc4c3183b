// Where the scripts of pages send to and where they lead. A frame in somebody else's page puts its own in their place:
// it has no cookie to send and no address to go to.
export const way = {
  fetch: (url, options) => fetch(url, options),
  go: (url) => location.assign(url),
  again: () => location.reload(),
  hash: () => location.hash,
  upload,
};

// upload posts a form, says how far it is as a number from 0 to 1, and returns { status, body }; status is 0 when it did
// not arrive.
function upload(url, form, far) {
  return new Promise((resolve) => {
    const request = new XMLHttpRequest();
    request.open("POST", url);
    request.setRequestHeader("Accept", "application/json");
    request.responseType = "json";
    request.upload.addEventListener("progress", (e) => e.lengthComputable && far(e.loaded / e.total));
    request.addEventListener("loadend", () => resolve({ status: request.status, body: request.response }));
    request.send(form);
  });
}
