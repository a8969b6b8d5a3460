// A panel that another room fills ([data-slot]): where it cannot be had, the place itself says so and offers to ask
// again; the rest of the page stands.
const failed = ({ detail }) => {
  const slot = detail.elt;
  if (!slot?.matches?.("[data-slot]")) return;
  slot.querySelector("[data-slot-wait]")?.setAttribute("hidden", "");
  slot.querySelector("[data-slot-failed]")?.removeAttribute("hidden");
};

for (const name of ["htmx:responseError", "htmx:sendError", "htmx:timeout"]) document.addEventListener(name, failed);

document.addEventListener("click", ({ target }) => {
  const slot = target.closest?.("[data-slot-again]")?.closest("[data-slot]");
  if (!slot) return;
  slot.querySelector("[data-slot-failed]").hidden = true;
  slot.querySelector("[data-slot-wait]").hidden = false;
  slot.dispatchEvent(new Event("again"));
});
