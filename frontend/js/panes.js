// One of several panes is shown: buttons with [data-pane=id] inside an element with [data-panes].
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-pane]");
  if (!button) return;
  for (const other of button.closest("[data-panes]").querySelectorAll("[data-pane]")) {
    const chosen = other === button;
    other.classList.toggle("on", chosen);
    other.setAttribute("aria-pressed", String(chosen));
    document.getElementById(other.dataset.pane).hidden = !chosen;
  }
  document.dispatchEvent(new CustomEvent("x:shown"));
});
