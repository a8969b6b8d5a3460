// Sends moves, one after the other, and puts back what the server did not take.
import { answered, board, cardOf, insert, linkOf } from "./cards.js";

const { htmx } = window;
let queue = Promise.resolve();

/** Moves cards to a stage, or asks about the one card that is won or lost. */
export function move(cards, to) {
  if (to === "won" || to === "lost") return void ask(cards[0], to);
  const going = cards.filter((card) => card.dataset.column !== to);
  if (!going.length) return;
  const focused = cardOf(document.activeElement);
  const values = { card: going.map((card) => `${card.dataset.deal}.${card.dataset.column}`), stage: to };
  for (const card of going) {
    answered.delete(card.dataset.deal);
    card.classList.add("going");
    insert(card, to);
  }
  // A card that was moved in the page has lost the focus.
  if (going.includes(focused)) linkOf(focused)?.focus();
  queue = queue.then(() => post(values)).then(() => going.forEach(putBack));
}

function post(values) {
  // Settled at once: the cards have come to their places when the promise is kept.
  const request = { source: board(), target: "#board-answer", swap: "innerHTML settle:0ms", values };
  return htmx.ajax("POST", board().dataset.move, request).catch(() => {});
}

/** What the answer did not replace was not taken (no connection, not allowed): it goes back where it was. */
function putBack(card) {
  if (answered.has(card.dataset.deal)) return;
  card.classList.remove("going");
  insert(card);
}

/** Reason, day and amount are asked in the dialog; until it is answered the card stays where it stands. */
function ask(card, to) {
  insert(card);
  card.classList.add("asked");
  const dialog = document.getElementById("x-dialog");
  const done = () => {
    card.classList.remove("asked");
    if (card.isConnected) linkOf(card)?.focus();
  };
  dialog.addEventListener("close", done, { once: true });
  const address = board().dataset[to].replace("/0/", `/${card.dataset.deal}/`);
  htmx.ajax("GET", address, { source: card, target: "#x-dialog-body", swap: "innerHTML" }).then(() => {
    if (!dialog.open) done();
  });
}

