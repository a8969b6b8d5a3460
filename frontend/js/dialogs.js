// Dialogs: [data-dialog=id] opens, [data-close] closes; [data-confirm] and hx-confirm ask first.
import { say } from "./words.js";

const CARRIED = "confirmed";

document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-dialog]");
  if (opener) document.getElementById(opener.dataset.dialog)?.showModal();
  if (event.target.closest("[data-close]")) event.target.closest("dialog")?.close();
});

// A click on the backdrop closes, unless something has been typed.
document.addEventListener("click", ({ target }) => {
  if (target.matches?.("dialog[open]") && !target.dataset.touched) target.close();
});
document.addEventListener("input", ({ target }) => {
  const dialog = target.closest("dialog");
  if (dialog) dialog.dataset.touched = "1";
});
document.addEventListener("close", ({ target }) => delete target.dataset.touched, true);

// A fragment brought into #x-dialog-body opens it; an empty answer closes it. What comes for a part of it does neither.
document.addEventListener("htmx:afterSwap", ({ detail }) => {
  if (detail.target?.id !== "x-dialog-body") return;
  const dialog = detail.target.closest("dialog");
  if (!detail.target.textContent.trim()) dialog.close();
  else if (!dialog.open) dialog.showModal();
});
document.addEventListener("x:close-dialog", () => document.querySelector("dialog[open]")?.close());

/** Asks `question`; resolves to true for yes. `verb` is what the button says. */
function ask(question, verb) {
  const dialog = document.getElementById("x-confirm");
  dialog.querySelector("[data-question]").textContent = question;
  dialog.querySelector("[data-yes]").textContent = verb || say("yes");
  dialog.returnValue = "";
  dialog.showModal();
  return new Promise((done) => {
    dialog.addEventListener("close", () => done(dialog.returnValue === "yes"), { once: true });
  });
}

document.addEventListener("click", async (event) => {
  const asked = event.target.closest("[data-confirm]");
  if (!asked) return;
  if (asked.dataset[CARRIED]) return void delete asked.dataset[CARRIED];
  event.preventDefault();
  event.stopImmediatePropagation();
  if (!(await ask(asked.dataset.confirm, asked.dataset.confirmVerb))) return asked.focus();
  asked.dataset[CARRIED] = "1";
  asked.click();
}, true);

document.addEventListener("htmx:confirm", async (event) => {
  const { question, elt, issueRequest } = event.detail;
  if (!question) return;
  event.preventDefault();
  if (await ask(question, elt.dataset.confirmVerb)) issueRequest(true);
});
