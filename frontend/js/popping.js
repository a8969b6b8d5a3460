// A fragment brought into a pop-over opens it beside the control that asked for it; an empty answer closes it.
// When the page's part is exchanged afterwards, the focus goes back to that control.
import { place } from "./floating.js";

let opener = "";

const shown = (link) => link.closest(".x-pop") ? document.querySelector(`[popovertarget="${CSS.escape(link.closest(".x-pop").id)}"]`) : link;

document.addEventListener("htmx:afterSwap", ({ detail }) => {
  const pop = detail.target;
  if (!pop?.matches?.(".x-pop[popover]")) return;
  if (!pop.textContent.trim()) return void (pop.matches(":popover-open") && pop.hidePopover());
  const asked = detail.requestConfig.elt;
  const anchor = pop.contains(asked) ? null : shown(asked);
  if (!pop.matches(":popover-open")) pop.showPopover();
  if (!anchor) return;
  opener = anchor.id || anchor.parentElement?.querySelector("[id]")?.id || "";
  place(pop, anchor);
});

document.addEventListener("htmx:afterSettle", ({ detail }) => {
  if (!opener || document.activeElement !== document.body || detail.target?.matches?.(".x-pop")) return;
  (document.getElementById(opener) ?? document.getElementById("filter-add"))?.focus();
  opener = "";
});
