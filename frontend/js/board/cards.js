// Cards and columns as elements of the page.
export const board = () => document.getElementById("board");

export const cardOf = (element) => element?.closest?.("#board [data-deal]") ?? null;

export const cardWith = (id) => board().querySelector(`[data-deal="${CSS.escape(id)}"]`);

export const listOf = (column) => board().querySelector(`ol[data-column="${CSS.escape(column)}"]`);

export const linkOf = (card) => card?.querySelector("a.open");

export const mayMove = (card) => "mayMove" in card.dataset;

/** Ids of the cards about which an answer has come: these stand where the server says. */
export const answered = new Set();

function key(card) {
  const [due, id] = card.dataset.place.split(".");
  return [due === "none" ? "9999" : due, Number(id)];
}

function isBefore(one, other) {
  const [a, b] = [key(one), key(other)];
  return a[0] < b[0] || (a[0] === b[0] && a[1] < b[1]);
}

/** Puts a card where the order of its column has it. A column that was not fetched yet brings the card itself. */
export function insert(card, column = card.dataset.column) {
  const list = listOf(column);
  if (!list || "lazy" in list.dataset) return card.remove();
  const others = [...list.querySelectorAll("[data-deal]")].filter((other) => other !== card);
  const next = others.find((other) => isBefore(card, other)) ?? list.querySelector("[data-more]");
  list.insertBefore(card, next);
}
