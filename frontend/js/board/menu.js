// "Move to …": one menu for all cards; it opens beside the card, or beside the bar for the selection.
import { board, cardOf, linkOf } from "./cards.js";
import { move } from "./sending.js";
import { selected, withSelection } from "./selection.js";

const GAP = 6;
const menu = () => document.getElementById("board-menu");
let cards = [];

export function open(chosen, anchor) {
  if (!menu() || !chosen.length) return;
  cards = chosen;
  const here = new Set(cards.map((card) => card.dataset.column));
  for (const item of menu().querySelectorAll("[data-to]")) {
    const closes = item.dataset.to === "won" || item.dataset.to === "lost";
    item.hidden = closes ? cards.length > 1 : here.size === 1 && here.has(item.dataset.to);
  }
  menu().querySelector("hr").hidden = cards.length > 1;
  menu().showPopover();
  place(anchor.getBoundingClientRect());
  menu().querySelector("[data-to]:not([hidden])").focus({ focusVisible: true });
}

function place(at) {
  const pop = menu();
  const box = pop.getBoundingClientRect();
  const below = at.bottom + GAP + box.height <= innerHeight;
  pop.style.left = `${Math.max(8, Math.min(at.right - box.width, innerWidth - box.width - 8))}px`;
  pop.style.top = `${Math.max(8, below ? at.bottom + GAP : at.top - GAP - box.height)}px`;
}

document.addEventListener("click", (event) => {
  const opener = event.target.closest("#board [data-move-card]");
  if (opener) {
    event.preventDefault();
    const card = cardOf(opener);
    open(withSelection(card), opener);
  }
  if (event.target.closest("#board-selection [data-move-all]")) open(selected(), event.target.closest("button"));
  const item = event.target.closest("#board-menu [data-to]");
  if (!item) return;
  const going = cards.filter((card) => card.isConnected);
  menu().hidePopover();
  linkOf(going[0])?.focus();
  move(going, item.dataset.to);
});

document.addEventListener("toggle", ({ target, newState }) => {
  if (target === menu() && board()) board().classList.toggle("choosing", newState === "open");
}, true);
