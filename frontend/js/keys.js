// A letter goes to the field or button that names it ([data-key]); a button may send there too ([data-focuses=id]).
function goTo(field) {
  field.scrollIntoView({ block: "center" });
  field.focus();
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (event.target.closest?.("input, textarea, select, [contenteditable]") || document.querySelector("dialog[open]")) return;
  const field = /^[a-z]$/i.test(event.key) && document.querySelector(`[data-key="${event.key.toLowerCase()}"]`);
  if (!field) return;
  event.preventDefault();
  goTo(field);
});

document.addEventListener("click", ({ target }) => {
  const field = document.getElementById(target.closest?.("[data-focuses]")?.dataset.focuses ?? "");
  if (field) goTo(field);
});

// Ctrl/Cmd+S and Ctrl/Cmd+Enter send the form one is in; Esc leaves an edited row ([data-cancel]), closes the error banner and the dark bar.
document.addEventListener("keydown", (event) => {
  const sends = (event.ctrlKey || event.metaKey) && (event.key === "s" || event.key === "Enter");
  if (sends) {
    const form = event.target.closest?.("form") ?? document.querySelector("dialog[open] form, form[data-main]");
    if (!form) return;
    event.preventDefault();
    form.requestSubmit(form.querySelector(".btn-primary[type=submit], .btn-primary:not([type])"));
  } else if (event.key === "Escape") {
    event.target.closest?.("form")?.querySelector("[data-cancel]")?.click();
    document.getElementById("x-fault")?.setAttribute("hidden", "");
    if (!document.querySelector("dialog[open], :popover-open")) document.querySelector("[data-undo]")?.remove();
  }
});
