// What was typed into form[data-draft] outlives a closed tab: kept in this browser under the person's own name, gone
// once it was saved or discarded. The key of the form is kept too, so that a repeated sending stays the same one.
const PREFIX = "xg-draft:";
const LIFETIME = 30 * 24 * 3600 * 1000;

const named = (form) => [...form.elements].filter((field) => field.name && field.name !== "csrfmiddlewaretoken");
const keyOf = (form) => PREFIX + form.dataset.draft;

function read(key) {
  try {
    const draft = JSON.parse(localStorage.getItem(key));
    return draft && Date.now() - draft.at < LIFETIME ? draft.values : null;
  } catch {
    return null;
  }
}

function keep(form) {
  const values = {};
  for (const field of named(form)) {
    if (field.type !== "radio" || field.checked) values[field.name] = field.value;
  }
  const typed = named(form).some((field) => field.type !== "radio" && field.type !== "hidden" && field.value.trim());
  try {
    if (typed) localStorage.setItem(keyOf(form), JSON.stringify({ at: Date.now(), values }));
    else localStorage.removeItem(keyOf(form));
  } catch {
    // A full or forbidden store: the form works without drafts.
  }
}

function drop(form) {
  try {
    localStorage.removeItem(keyOf(form));
  } catch {
    // As above.
  }
}

function bringBack(form) {
  const values = read(keyOf(form));
  if (!values) return;
  for (const field of named(form)) {
    if (!(field.name in values)) continue;
    if (field.type === "radio") field.checked = field.value === values[field.name];
    else field.value = values[field.name];
  }
  form.classList.add("open");
  form.querySelector("[data-draft-note]")?.removeAttribute("hidden");
}

document.addEventListener("input", ({ target }) => {
  const form = target.closest?.("form[data-draft]");
  if (form) keep(form);
});

document.addEventListener("click", ({ target }) => {
  const form = target.closest?.("[data-draft-drop]")?.closest("form[data-draft]");
  if (!form) return;
  drop(form);
  for (const field of named(form)) {
    if (field.type !== "radio" && field.type !== "hidden") field.value = "";
  }
  form.classList.remove("open");
  form.querySelector("[data-draft-note]")?.setAttribute("hidden", "");
  form.querySelector("textarea")?.focus();
});

// Saved: before the empty form comes in, or it would be filled with what was just saved.
document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  const form = detail.requestConfig?.elt;
  if (form?.matches?.("form[data-draft]") && detail.requestConfig.verb === "post" && detail.xhr.status < 300) drop(form);
});

document.addEventListener("htmx:load", ({ detail }) => {
  const found = detail.elt.querySelectorAll?.("form[data-draft]") ?? [];
  if (detail.elt.matches?.("form[data-draft]")) bringBack(detail.elt);
  for (const form of found) bringBack(form);
});
