// Sentences that scripts show. The server writes them as JSON into #x-words, in the page's language.
let words;

/** The sentence called `key`; {name} parts are filled from `values`. */
export function say(key, values = {}) {
  words ??= JSON.parse(document.getElementById("x-words")?.textContent ?? "{}");
  return (words[key] ?? key).replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
}
