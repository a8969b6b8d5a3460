// Dragging with the mouse or a finger. A selected card takes the whole selection with it.
import Sortable from "sortablejs";
import { board, insert } from "./cards.js";
import { move } from "./sending.js";
import { withSelection } from "./selection.js";

const WIDE = matchMedia("(min-width: 641px)");

const closes = (list) => list.dataset.column === "won" || list.dataset.column === "lost";

/** Won and lost ask about one deal: a selection is not dropped there. */
const takes = (to, _from, card) => "takes" in to.el.dataset && !(closes(to.el) && withSelection(card).length > 1);

function aim(list) {
  for (const section of board().querySelectorAll(".drop")) section.classList.remove("drop");
  list?.closest("section").classList.add("drop");
}

function onEnd({ item, from, to }) {
  aim(null);
  board().classList.remove("dragging");
  if (from === to) return insert(item);
  move(withSelection(item), to.dataset.column);
}

function makeSortable(list) {
  return new Sortable(list, {
    group: { name: "deals", put: takes },
    sort: false,
    draggable: "[data-may-move]",
    filter: "label, input, [data-move-card], a:not(.open)",
    preventOnFilter: false,
    forceFallback: true,
    fallbackOnBody: true,
    fallbackTolerance: 5,
    delay: 220,
    delayOnTouchOnly: true,
    touchStartThreshold: 6,
    animation: matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : 120,
    ghostClass: "ghost",
    dragClass: "drag",
    onStart({ item }) {
      board().classList.add("dragging");
      item.dataset.together = withSelection(item).length;
    },
    onMove: ({ to }) => aim(to),
    onEnd,
  });
}

/** Also for the board that filters have exchanged. */
function start() {
  if (!board() || !WIDE.matches || "sorted" in board().dataset) return;
  board().dataset.sorted = "";
  board().querySelectorAll("ol[data-column]").forEach(makeSortable);
}

document.addEventListener("htmx:afterSettle", start);
if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
else start();
