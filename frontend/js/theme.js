// The theme changes at once; the same form works without a script, by a new page.
import { csrfToken } from "./requests.js";

document.addEventListener("submit", (event) => {
  const theme = event.submitter?.closest("[data-theme-choice]")?.value;
  if (!theme) return;
  event.preventDefault();
  document.documentElement.dataset.bsTheme = theme;
  for (const button of event.target.querySelectorAll("[data-theme-choice]")) {
    const chosen = button.value === theme;
    button.classList.toggle("on", chosen);
    button.setAttribute("aria-pressed", String(chosen));
  }
  fetch(event.target.action, {
    method: "POST",
    headers: { "X-CSRFToken": csrfToken(), "Content-Type": "application/x-www-form-urlencoded" },
    body: new URLSearchParams({ theme }),
  });
});
