// One SVG file with a <symbol> for every icon that the program names.
import { readFile, readdir } from "node:fs/promises";
import { join } from "node:path";

const QUOTED = /["']([a-z][a-z0-9]*(?:-[a-z0-9]+)*)["']/g;

async function* sources(folder) {
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) {
      if (!["static", "locale", "migrations", "__pycache__"].includes(entry.name)) yield* sources(path);
    } else if (/\.(html|py)$/.test(entry.name)) {
      yield path;
    }
  }
}

/** Every quoted word of the files that speak of icons. Too many rather than too few: a word that
 *  happens to be an icon's name costs 200 bytes, a missing icon is a hole in a page. */
async function wordsNear(folder) {
  const words = new Set();
  for await (const path of sources(folder)) {
    const text = await readFile(path, "utf8");
    if (!/icon/i.test(text)) continue;
    for (const [, word] of text.matchAll(QUOTED)) words.add(word);
  }
  return words;
}

function symbol(name, svg) {
  const inner = svg
    .replace(/^[\s\S]*?<svg[\s\S]*?>/, "")
    .replace(/<\/svg>[\s\S]*$/, "")
    .replace(/<path stroke="none" d="M0 0h24v24H0z" fill="none" ?\/>/, "")
    .replace(/\s+/g, " ")
    .trim();
  return `<symbol id="${name}" viewBox="0 0 24 24">${inner}</symbol>`;
}

/** The sprite's text for all icons named under `folder`, drawn from the icon package at `icons`. */
export async function sprite(folder, icons) {
  const known = new Set((await readdir(join(icons, "outline"))).map((file) => file.replace(/\.svg$/, "")));
  const names = [...(await wordsNear(folder))].filter((word) => known.has(word)).sort();
  const symbols = [];
  for (const name of names) {
    symbols.push(symbol(name, await readFile(join(icons, "outline", `${name}.svg`), "utf8")));
  }
  return {
    count: names.length,
    text: `<svg xmlns="http://www.w3.org/2000/svg">\n${symbols.join("\n")}\n</svg>\n`,
  };
}
