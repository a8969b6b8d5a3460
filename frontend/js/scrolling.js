// A table that is wider than its place can be scrolled by keyboard: it becomes a stop of the Tab key.
function stops() {
  for (const box of document.querySelectorAll(".x-scroll")) {
    const hidden = box.scrollWidth > box.clientWidth || box.scrollHeight > box.clientHeight;
    if (hidden) box.tabIndex = 0;
    else box.removeAttribute("tabindex");
  }
}

/** What is chosen of tabs that are wider than their place is to be seen. */
function reveal() {
  for (const chosen of document.querySelectorAll(".x-tabs > .on, .x-seg > .on")) {
    const box = chosen.parentElement;
    if (box.scrollWidth <= box.clientWidth) continue;
    const past = chosen.getBoundingClientRect().left - box.getBoundingClientRect().left;
    box.scrollLeft += past - (box.clientWidth - chosen.offsetWidth) / 2;
  }
}

document.addEventListener("DOMContentLoaded", stops);
document.addEventListener("DOMContentLoaded", reveal);
document.addEventListener("htmx:afterSettle", reveal);
document.addEventListener("htmx:afterSettle", stops);
document.addEventListener("x:shown", stops);
addEventListener("resize", stops);
