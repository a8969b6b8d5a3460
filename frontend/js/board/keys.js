// The keyboard's way: arrows walk between cards and columns, Space selects, M opens the menu, Enter opens the deal.
import { board, cardOf, linkOf, mayMove } from "./cards.js";
import { open } from "./menu.js";
import { clear, selected, toggle, withSelection } from "./selection.js";

const cardsIn = (list) => [...list.querySelectorAll("[data-deal]")];
const lists = () => [...board().querySelectorAll("ol[data-column]")].filter((list) => list.offsetParent && cardsIn(list).length);

function walk(card, key) {
  const list = card.closest("ol");
  const row = cardsIn(list).indexOf(card);
  if (key === "ArrowUp" || key === "ArrowDown") return cardsIn(list)[row + (key === "ArrowDown" ? 1 : -1)];
  const all = lists();
  const beside = all[all.indexOf(list) + (key === "ArrowRight" ? 1 : -1)];
  return beside && (cardsIn(beside)[row] ?? cardsIn(beside).at(-1));
}

function moreBelow(card, key) {
  return key === "ArrowDown" ? card.closest("ol").querySelector("[data-more] button") : null;
}

document.addEventListener("keydown", (event) => {
  const card = cardOf(event.target);
  if (event.ctrlKey || event.altKey || event.metaKey || !board()) return;
  if (event.key === "Escape" && selected().length && !document.querySelector("dialog[open], :popover-open")) return clear();
  if (!card || event.target.matches("input:not([type=checkbox])")) return;
  if (event.key.startsWith("Arrow")) (linkOf(walk(card, event.key)) ?? moreBelow(card, event.key))?.focus();
  else if (event.key === " " && event.target.matches("a.open")) toggle(card);
  else if (event.key.toLowerCase() === "m" && mayMove(card)) open(withSelection(card), card);
  else return;
  event.preventDefault();
});
