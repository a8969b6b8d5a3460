// htmx under a strict policy: no eval, no style of its own; CSRF header, loading line, errors in words.
import htmx from "htmx.org/dist/htmx.esm.js";
import { say } from "./words.js";

Object.assign(htmx.config, {
  includeIndicatorStyles: false,
  allowEval: false,
  selfRequestsOnly: true,
  historyCacheSize: 0,
  // A new part answers to presses the moment it appears: whoever is quick would follow its plain link otherwise.
  defaultSettleDelay: 0,
  responseHandling: [
    { code: "204", swap: false },
    { code: "[23]..", swap: true },
    { code: "422", swap: true },
    { code: "[45]..", swap: false, error: true },
  ],
});

const meta = (name) => document.querySelector(`meta[name="${name}"]`)?.content ?? "";

/** The token that every writing request carries. */
export const csrfToken = () => meta("csrf-token");

document.addEventListener("htmx:configRequest", ({ detail }) => {
  detail.headers["X-CSRFToken"] = csrfToken();
});

let open = 0;

function line(change) {
  const bar = document.getElementById("x-loading");
  open = Math.max(0, open + change);
  if (!bar) return;
  bar.classList.toggle("on", open > 0);
  bar.classList.toggle("done", open === 0);
}

document.addEventListener("htmx:beforeRequest", () => line(1));
document.addEventListener("htmx:afterRequest", () => line(-1));

/** Says at the top of the page what went wrong; stays until it is closed or a request succeeds. */
export function fault(sentence) {
  const box = document.getElementById("x-fault");
  if (!box) return;
  box.querySelector("[data-fault-text]").textContent = sentence;
  box.hidden = false;
}

const KNOWN = { 0: "offline", 401: "signed_out", 403: "not_allowed", 404: "not_found", 409: "changed", 413: "too_large", 429: "too_many" };

// A slot says itself what went wrong (slots.js).
const isSlot = (detail) => detail.elt?.matches?.("[data-slot]");

document.addEventListener("htmx:responseError", ({ detail }) => {
  if (isSlot(detail)) return;
  fault(say(KNOWN[detail.xhr.status] ?? "server", { code: detail.xhr.status }));
});
document.addEventListener("htmx:sendError", ({ detail }) => isSlot(detail) || fault(say("offline")));
document.addEventListener("htmx:timeout", ({ detail }) => isSlot(detail) || fault(say("slow")));
document.addEventListener("htmx:swapError", () => fault(say("server", { code: "swap" })));
document.addEventListener("htmx:afterRequest", ({ detail }) => {
  if (detail.successful) document.getElementById("x-fault")?.setAttribute("hidden", "");
});

// A fragment that asks for it gets the focus: the first wrong field, or the part that was loaded.
document.addEventListener("htmx:afterSettle", ({ detail }) => {
  const wanted = detail.elt.querySelector?.('[aria-invalid="true"], [data-focus]');
  wanted?.focus();
});

// Scripts of single pages are bundles of their own: they send through this one.
window.htmx = htmx;
