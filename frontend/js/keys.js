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
