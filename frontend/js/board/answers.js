// What comes back: fresh cards take the place of those that were moved, further cards follow the ones that are there.
import { answered, board, cardOf, cardWith, insert, linkOf } from "./cards.js";
import { drop } from "./selection.js";

document.addEventListener("htmx:load", ({ target }) => {
  if (target.matches("#board-answer > [data-ids]")) replace(target);
  else if (target.matches("#board ol > [data-deal]")) further(target);
});

function replace(answer) {
  for (const id of answer.dataset.ids.split(",").filter(Boolean)) {
    const old = cardWith(id);
    const fresh = answer.querySelector(`[data-deal="${CSS.escape(id)}"]`);
    const focused = old !== null && old === cardOf(document.activeElement);
    const next = old && neighbour(old);
    answered.add(id);
    drop(id);
    old?.remove();
    if (fresh) insert(fresh);
    if (focused) linkOf(fresh?.isConnected ? fresh : next)?.focus();
  }
  answer.remove();
}

const neighbour = (card) => {
  const other = card.nextElementSibling ?? card.previousElementSibling;
  return other?.matches("[data-deal]") ? other : board().querySelector("[data-deal]");
};

/** A card that was moved into the column before its page was fetched comes a second time: the later one stands right. */
function further(card) {
  delete card.parentElement.dataset.lazy;
  const same = board().querySelectorAll(`[data-deal="${CSS.escape(card.dataset.deal)}"]`);
  if (same.length > 1) same[0].remove();
  if (document.activeElement === document.body) linkOf(card)?.focus({ preventScroll: true });
}
