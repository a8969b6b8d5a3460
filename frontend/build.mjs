// Builds src/xiaoguan/ui/static/ui/dist from frontend/ and from the icons that the code names.
// The output depends on the sources alone: no hashes in names, no dates, sorted icons.
import { build } from "esbuild";
import { mkdir, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { sprite } from "./sprite.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const root = dirname(here);
const dist = join(root, "src/xiaoguan/ui/static/ui/dist");

/** The dark values are written once; "auto" gets them again under the system's own preference. */
const darkTwice = {
  name: "dark-twice",
  setup(pluginBuild) {
    pluginBuild.onLoad({ filter: /css[\\/]dark\.css$/ }, async ({ path }) => {
      const dark = await readFile(path, "utf8");
      const auto = dark.replaceAll('[data-bs-theme="dark"]', '[data-bs-theme="auto"]');
      return { contents: `${dark}\n@media (prefers-color-scheme: dark) {\n${auto}\n}`, loader: "css" };
    });
  },
};

async function main() {
  const started = performance.now();
  await rm(dist, { recursive: true, force: true });
  await mkdir(dist, { recursive: true });
  await build({
    absWorkingDir: root,
    entryPoints: [
      { in: join(here, "css/app.css"), out: "app" },
      { in: join(here, "js/app.js"), out: "app" },
      { in: join(here, "js/charts.js"), out: "charts" },
      { in: join(here, "js/board.js"), out: "board" },
    ],
    outdir: dist,
    assetNames: "fonts/[name]",
    bundle: true,
    minify: true,
    format: "iife",
    target: ["es2022", "chrome111", "firefox113", "safari16.4"],
    loader: { ".woff2": "file" },
    legalComments: "linked",
    plugins: [darkTwice],
    logLevel: "warning",
  });
  const icons = await sprite(join(root, "src/xiaoguan"), join(root, "node_modules/@tabler/icons/icons"));
  await writeFile(join(dist, "icons.svg"), icons.text);
  const files = await readdir(dist);
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  console.log(`front end: ${files.length} entries, ${icons.count} icons, ${seconds} s`);
}

await main();
