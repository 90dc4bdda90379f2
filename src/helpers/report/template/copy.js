/* The copy button of a tile. It is hidden until this runs, works from a file, and says what it did. */
(() => {
  const select = (node) => {
    const range = document.createRange();
    range.selectNodeContents(node);
    const chosen = getSelection();
    chosen.removeAllRanges();
    chosen.addRange(range);
  };
  /* Browsers close the clipboard to some pages, files among them: there the selected sentence is copied the old way. */
  const copy = async (node) => {
    try {
      await navigator.clipboard.writeText(node.textContent);
      return true;
    } catch {
      select(node);
      return document.execCommand("copy");
    }
  };
  for (const button of document.querySelectorAll("button.copy")) {
    const fold = button.closest("details");
    button.hidden = false;
    button.addEventListener("click", async () => {
      const done = await copy(fold.querySelector(".quote"));
      fold.querySelector("[role=status]").textContent = done ? button.dataset.done : button.dataset.failed;
    });
  }
})();
