// Pop-overs are native; here they only get their place beside the button and open for a resting pointer.
const GAP = 6;

// In a sheet of rules, not in style attributes: htmx carries attributes of equal ids over to new content, and the policy
// allows no style attribute there.
const sheet = new CSSStyleSheet();
const places = new Map();
document.adoptedStyleSheets.push(sheet);

function put(pop, left, top) {
  places.set(pop.id, `#${CSS.escape(pop.id)}{left:${left}px;top:${top}px}`);
  sheet.replaceSync([...places.values()].join(""));
}

export function place(pop, anchor) {
  // A definition opens under the whole figure: it may not cover the number it explains.
  const at = (anchor.closest(".x-fig, td, th") ?? anchor).getBoundingClientRect();
  const box = pop.getBoundingClientRect();
  const left = Math.min(Math.max(8, pop.dataset.end ? at.right - box.width : at.left), innerWidth - box.width - 8);
  const below = at.bottom + GAP + box.height <= innerHeight || at.top < box.height + GAP;
  put(pop, Math.max(8, left), Math.max(8, below ? at.bottom + GAP : at.top - GAP - box.height));
}

const buttonOf = (pop) => document.querySelector(`[popovertarget="${CSS.escape(pop.id)}"]`);

document.addEventListener(
  "toggle",
  ({ target, newState }) => {
    if (!target.matches?.(".x-pop[popover]")) return;
    const anchor = buttonOf(target);
    anchor?.setAttribute("aria-expanded", String(newState === "open"));
    if (newState !== "open" || !anchor || target.matches(".x-more")) return;
    place(target, anchor);
    if (target.matches(".x-menu")) target.querySelector("a, button")?.focus({ focusVisible: true });
  },
  true,
);

document.addEventListener("scroll", (event) => {
  for (const pop of document.querySelectorAll(".x-defn:popover-open")) {
    if (!pop.contains(event.target)) pop.hidePopover();
  }
}, true);

// Arrow keys walk through an open menu.
document.addEventListener("keydown", (event) => {
  const menu = event.target.closest?.(".x-menu");
  if (!menu || !["ArrowDown", "ArrowUp"].includes(event.key)) return;
  const items = [...menu.querySelectorAll("a, button")];
  const step = event.key === "ArrowDown" ? 1 : -1;
  items[(items.indexOf(document.activeElement) + step + items.length) % items.length]?.focus();
  event.preventDefault();
});

const REST = 450;
let waiting;

const definitionAt = (event) => event.target.closest?.(".def[popovertarget], .x-defn");

document.addEventListener("pointerover", (event) => {
  if (event.pointerType !== "mouse") return;
  const part = definitionAt(event);
  if (!part) return;
  clearTimeout(waiting);
  if (part.matches(".x-defn")) return;
  waiting = setTimeout(() => document.getElementById(part.getAttribute("popovertarget"))?.showPopover(), REST);
});

document.addEventListener("pointerout", (event) => {
  if (event.pointerType !== "mouse" || !definitionAt(event)) return;
  clearTimeout(waiting);
  waiting = setTimeout(() => document.querySelector(".x-defn:popover-open")?.hidePopover(), REST);
});
