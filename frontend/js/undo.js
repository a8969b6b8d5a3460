// The dark bar counts its seconds down and goes; the server decides in the end whether it is too late.
function start(bar) {
  bar.dataset.running = "1";
  let left = Number(bar.dataset.undo);
  const shown = bar.querySelector("[data-left]");
  const tick = () => {
    if (!bar.isConnected) return;
    if (left <= 0) return bar.remove();
    shown.textContent = left;
    // Who is about to press it keeps it.
    if (!bar.matches(":hover, :focus-within")) left -= 1;
    setTimeout(tick, 1000);
  };
  tick();
}

function startAll() {
  document.querySelectorAll("[data-undo]:not([data-running])").forEach(start);
}

document.addEventListener("DOMContentLoaded", startAll);
document.addEventListener("htmx:afterSettle", startAll);
document.addEventListener("htmx:oobAfterSwap", startAll);
