// A table that is wider than its place can be scrolled by keyboard: it becomes a stop of the Tab key.
function stops() {
  for (const box of document.querySelectorAll(".x-scroll")) {
    const hidden = box.scrollWidth > box.clientWidth || box.scrollHeight > box.clientHeight;
    if (hidden) box.tabIndex = 0;
    else box.removeAttribute("tabindex");
  }
}

document.addEventListener("DOMContentLoaded", stops);
document.addEventListener("htmx:afterSettle", stops);
document.addEventListener("x:shown", stops);
addEventListener("resize", stops);
