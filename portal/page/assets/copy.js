// Buttons that copy what stands beside them. Without scripts, or where the clipboard is refused, the text is selected by
// hand.
for (const button of document.querySelectorAll("[data-copy]")) {
  const source = document.getElementById(button.dataset.copy);
  const word = button.querySelector("span");
  const usual = word.textContent;
  button.hidden = false;
  button.addEventListener("click", async () => {
    getSelection().selectAllChildren(source);
    try {
      await navigator.clipboard.writeText(source.textContent);
    } catch {
      source.focus(); // it is selected: the reader's own copying works
      return;
    }
    word.textContent = button.dataset.copied;
    const said = document.querySelector("[data-copy-said]");
    if (said) said.textContent = button.dataset.copied;
    setTimeout(() => (word.textContent = usual), 3000);
  });
}
