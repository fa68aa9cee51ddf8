// Copies a snippet, and opens the wiki that the address names behind its #.
(() => {
  "use strict";
  const spoken = document.getElementById("spoken");
  document.addEventListener("click", async (event) => {
    const button = event.target.closest(".copyable button");
    if (!button) return;
    const field = button.previousElementSibling;
    try {
      await navigator.clipboard.writeText(field.value);
    } catch {
      field.select();
      document.execCommand("copy");
    }
    const before = button.textContent;
    spoken.textContent = spoken.dataset.copied;
    button.textContent = `${spoken.dataset.copied} ✓`;
    setTimeout(() => {
      spoken.textContent = "";
      button.textContent = before;
    }, 1600);
  });
  const named = location.hash && document.getElementById(location.hash.slice(1));
  if (named?.tagName === "DETAILS") named.open = true;
})();
