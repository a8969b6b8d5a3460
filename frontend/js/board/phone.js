// One stage at a time on a phone: the chips choose, the address remembers.
import { board } from "./cards.js";

document.addEventListener("click", ({ target }) => {
  const chip = target.closest("[data-show]");
  if (!chip) return;
  for (const other of chip.parentElement.querySelectorAll("[data-show]")) {
    other.classList.toggle("on", other === chip);
    other.setAttribute("aria-pressed", String(other === chip));
  }
  for (const section of board().querySelectorAll("section[data-key]")) {
    section.classList.toggle("show", section.dataset.key === chip.dataset.show);
  }
  chip.scrollIntoView({ block: "nearest", inline: "center" });
  const address = new URL(location.href);
  address.searchParams.set("at", chip.dataset.show);
  history.replaceState(history.state, "", address);
});
