// Copying a value, sending a form when a choice changes, selecting a line of text, closing a note.
import { say } from "./words.js";

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (button) {
    await navigator.clipboard.writeText(button.dataset.copy);
    const before = button.getAttribute("aria-label");
    button.setAttribute("aria-label", say("copied"));
    button.classList.add("good");
    setTimeout(() => {
      button.classList.remove("good");
      if (before) button.setAttribute("aria-label", before);
    }, 1600);
  }
  const closes = event.target.closest("[data-dismiss]");
  if (closes) {
    const box = closes.closest("[data-dismissable]");
    if (box.id) box.hidden = true;
    else box.remove();
  }
});

document.addEventListener("change", ({ target }) => {
  if (target.matches("[data-submits]")) target.form.requestSubmit();
});

// A line that is typed anew, not added to: whoever steps into it replaces what stands there.
document.addEventListener("focusin", ({ target }) => {
  if (target.matches("[data-retyped]")) target.select();
});

// "Select all on this page": a head check box governs those of the same name group.
document.addEventListener("change", ({ target }) => {
  if (!target.matches("[data-checks]")) return;
  for (const box of document.querySelectorAll(`input[name="${CSS.escape(target.dataset.checks)}"]`)) {
    box.checked = target.checked;
  }
});
