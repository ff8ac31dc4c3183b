// rows begins every row of links that is wider than the screen with where the reader is.
export function rows() {
  for (const here of document.querySelectorAll(".menu [aria-current], .parts [aria-current]")) {
    for (let row = here.parentElement; row && row !== document.body; row = row.parentElement) {
      const off = here.getBoundingClientRect().left - row.getBoundingClientRect().left - row.clientWidth / 4;
      if (row.scrollWidth > row.clientWidth && off > 0) row.scrollLeft += off; // what does not scroll stays at 0
      if (row.scrollLeft > 0) break;
    }
  }
}
