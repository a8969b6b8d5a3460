// Several cards at once: check box, Space, or a click with Shift (beside the links also with Ctrl). The bar says how many and how much.
import { board, cardOf, cardWith, linkOf, mayMove } from "./cards.js";

const chosen = new Set();
const bar = () => document.getElementById("board-selection");

/** The cards that are selected, in the order of the page. */
export const selected = () => [...board().querySelectorAll("[data-deal]")].filter((card) => chosen.has(card.dataset.deal));

/** The selection if the card belongs to it, else the card alone. */
export const withSelection = (card) => (chosen.has(card.dataset.deal) ? selected() : [card]);

export function toggle(card) {
  if (!mayMove(card)) return;
  const id = card.dataset.deal;
  if (!chosen.delete(id)) chosen.add(id);
  show(card);
  tell();
}

/** Forgets a card that has moved. */
export function drop(id) {
  if (chosen.delete(id)) tell();
}

export function clear() {
  const cards = selected();
  chosen.clear();
  cards.forEach(show);
  tell();
}

function show(card) {
  const on = chosen.has(card.dataset.deal);
  card.classList.toggle("picked", on);
  card.querySelector("input[type=checkbox]").checked = on;
}

function tell() {
  const cards = selected();
  const box = bar();
  if (!box) return;
  box.hidden = cards.length === 0;
  board().classList.toggle("picking", cards.length > 0);
  box.querySelector("[data-number]").textContent = cards.length;
  box.querySelector("[data-sum]").textContent = written(cards.reduce((sum, card) => sum + Number(card.dataset.worth), 0));
}

/** The sum as the heads write it: one decimal of 万, or whole thousands. Amounts are whole ten-thousandths. */
function written(stored) {
  const { lead, divisor, places, unit } = bar().dataset;
  const digits = { minimumFractionDigits: Number(places), maximumFractionDigits: Number(places) };
  return `${lead}${(stored / 10_000 / Number(divisor)).toLocaleString("en-US", digits)}${unit}`;
}

document.addEventListener("change", ({ target }) => {
  const card = cardOf(target);
  if (card && target.matches("input[type=checkbox]")) toggle(card);
});

document.addEventListener("click", (event) => {
  const card = cardOf(event.target);
  if (!card || event.target.closest("label, input, button, a:not(.open)")) return;
  const link = event.target.closest("a.open");
  if (event.shiftKey || (!link && (event.ctrlKey || event.metaKey))) {
    event.preventDefault();
    toggle(card);
  } else if (!link) linkOf(card).click();
});

document.addEventListener("click", ({ target }) => {
  if (!target.closest("#board-selection [data-clear]")) return;
  const [first] = selected();
  clear();
  linkOf(first && cardWith(first.dataset.deal))?.focus();
});
