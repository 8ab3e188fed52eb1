// Builds everything under ../static/ui and the PDF fonts from the sources in this folder.
// Run by `python3 run.py assets`; the result is committed, so only people who change the front end need Node.
//   node src/samsyn/web/ui/assets/build.mjs          writes
//   node src/samsyn/web/ui/assets/build.mjs --check  writes nothing, fails if the committed files differ
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readFile, readdir, writeFile } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import esbuild from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const out = join(here, "../static/ui");
const pdfFonts = join(here, "../../../reports/fonts");
const root = join(here, "../../../../..");
const modules = join(root, "node_modules");
const check = process.argv.includes("--check");
const target = ["chrome109", "firefox115", "safari15.6"];

const built = new Map(); // absolute path -> { bytes, from }
const put = (path, bytes, from) => built.set(path, { bytes: Buffer.from(bytes), from });

// Dark tokens are written once, for the system's choice; the reader's own choice is a copy of the same block.
async function styles() {
  const tokens = await readFile(join(here, "css/tokens.css"), "utf8");
  const dark = tokens.match(/:root:not\(\[data-theme="light"\]\) (\{[^}]*\})/);
  if (!dark) throw new Error("css/tokens.css has lost its dark block");
  const withChoice = `${tokens}\n@media screen { :root[data-theme="dark"] ${dark[1]} }\n`;
  const plugin = {
    name: "dark-copy",
    setup: (build) => build.onLoad({ filter: /tokens\.css$/ }, () => ({ contents: withChoice, loader: "css" })),
  };
  for (const name of ["app", "map"]) {
    const result = await esbuild.build({
      entryPoints: [join(here, `css/${name}.css`)], bundle: true, minify: true, write: false, target,
      external: ["fonts/*"], plugins: [plugin], nodePaths: [modules], legalComments: "none",
    });
    put(join(out, `${name}.css`), result.outputFiles[0].contents, name === "map" ? ["maplibre-gl"] : []);
  }
}

// guard.js is shared with the server's tests; a build without it would ship forms that look guarded, so it says so.
function guardIsThere(name) {
  if (name !== "app") return [];
  if (existsSync(join(here, "guard.js"))) return [];
  process.stderr.write("warning: assets/guard.js is missing; text is then checked by the server alone\n");
  return [{
    name: "guard-missing",
    setup(build) {
      build.onResolve({ filter: /\/guard\.js$/ }, (args) => ({ path: args.path, namespace: "absent" }));
      build.onLoad({ filter: /.*/, namespace: "absent" }, () => ({ contents: "export function checkText() { return { hits: [] }; }" }));
    },
  }];
}

async function scripts() {
  const entries = { app: ["htmx.org"], offline: [], map: ["maplibre-gl"], "map-draw": ["terra-draw", "terra-draw-maplibre-gl-adapter"] };
  for (const [name, from] of Object.entries(entries)) {
    const result = await esbuild.build({
      entryPoints: [join(here, `js/${name}.js`)], bundle: true, minify: true, write: false, format: "esm",
      target: name.startsWith("map") ? ["chrome109", "firefox115", "safari16.4"] : target, legalComments: "inline",
      plugins: guardIsThere(name), nodePaths: [modules], charset: "utf8",
      banner: { js: "// Built by assets/build.mjs; licences in NOTICE.md" },
    });
    put(join(out, `${name}.js`), result.outputFiles[0].contents, from);
  }
  // The worker is copied as it is published, without the pointer to a source map that is not shipped.
  const worker = await readFile(join(modules, "maplibre-gl/dist/maplibre-gl-worker.mjs"), "utf8");
  put(join(out, "map-worker.js"), worker.replace(/\n?\/\/# sourceMappingURL=.*\s*$/, "\n"), ["maplibre-gl"]);
}

// Adobe's own files, untouched: the Open Font License reserves the name "Source" for them, so a subset of ours
// would have to be called something else. The hundred kilobytes are fetched once.
async function fonts() {
  const source = join(modules, "source-sans");
  for (const [file, name] of [["Upright", "source-sans-3"], ["Italic", "source-sans-3-italic"]]) {
    put(join(out, `fonts/${name}.woff2`), await readFile(join(source, `WOFF2/VF/SourceSans3VF-${file}.ttf.woff2`)), ["source-sans"]);
  }
  const licence = await readFile(join(source, "LICENSE.md"));
  put(join(out, "fonts/OFL.txt"), licence, ["source-sans"]);
  put(join(pdfFonts, "OFL.txt"), licence, ["source-sans"]);
  for (const [file, name] of [["Regular", "Regular"], ["Semibold", "SemiBold"], ["Bold", "Bold"], ["It", "Italic"]]) {
    put(join(pdfFonts, `SourceSans3-${name}.ttf`), await readFile(join(source, `TTF/SourceSans3-${file}.ttf`)), ["source-sans"]);
  }
}

async function icons() {
  const names = (await readFile(join(here, "icons.txt"), "utf8")).split(/\s+/).filter(Boolean).sort();
  const symbols = await Promise.all(names.map(async (name) => {
    const svg = await readFile(join(modules, `lucide-static/icons/${name}.svg`), "utf8");
    const body = svg.replace(/<!--[\s\S]*?-->/g, "").replace(/^[\s\S]*?<svg[^>]*>|<\/svg>\s*$/g, "").replace(/\s*\n\s*/g, "");
    return `<symbol id="${name}" viewBox="0 0 24 24">${body}</symbol>`;
  }));
  put(join(out, "icons.svg"), `<svg xmlns="http://www.w3.org/2000/svg">\n${symbols.join("\n")}\n</svg>\n`, ["lucide-static"]);
  put(join(out, "icon.svg"), await readFile(join(here, "icon.svg")), []);
}

// The shell is what must be there without signal; its version is the hash of what it holds, so that a changed
// file makes a new worker. The icons for a home screen are drawn from icon.svg once and kept as files.
async function worker() {
  for (const size of [192, 512]) put(join(out, `icon-${size}.png`), await readFile(join(here, `icon-${size}.png`)), []);
  const names = ["app.css", "app.js", "offline.js", "icon.svg", "icon-192.png", "fonts/source-sans-3.woff2"];
  const digest = createHash("sha256");
  for (const name of names) digest.update(built.get(join(out, name)).bytes);
  const source = await readFile(join(here, "js/sw.js"));
  const version = digest.update(source).digest("hex").slice(0, 12);
  const result = await esbuild.build({
    entryPoints: [join(here, "js/sw.js")], bundle: true, minify: true, write: false, format: "iife", target,
    define: { VERSION: JSON.stringify(version), SHELL: JSON.stringify(names.map((name) => `/static/ui/${name}`)) },
    banner: { js: "// Built by assets/build.mjs; licences in NOTICE.md" },
  });
  put(join(out, "sw.js"), result.outputFiles[0].contents, []);
}

const LICENCES = {
  "htmx.org": "0BSD", "maplibre-gl": "BSD-3-Clause", "terra-draw": "MIT", "terra-draw-maplibre-gl-adapter": "MIT",
  "source-sans": "OFL-1.1", "lucide-static": "ISC", esbuild: "MIT",
};

// The texts that must travel with the code. terra-draw publishes none in its package: MIT, as its package.json says.
const MIT = `Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated
documentation files (the "Software"), to deal in the Software without restriction, including without limitation the
rights to use, copy, modify, merge, publish, distribute, sublicense, and/or sell copies of the Software, and to permit
persons to whom the Software is furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all copies or substantial portions of the
Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE
WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR
COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR
OTHERWISE, ARISING FROM, OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.
`;

async function licences() {
  const parts = [];
  for (const [name, file] of [["htmx.org", "LICENSE"], ["maplibre-gl", "LICENSE.txt"], ["lucide-static", "LICENSE"]]) {
    parts.push(`${name}\n${"=".repeat(name.length)}\n\n${(await readFile(join(modules, name, file), "utf8")).trim()}\n`);
  }
  parts.push(`terra-draw, terra-draw-maplibre-gl-adapter\n==========================================\n\nCopyright (c) James Milner and contributors\n\n${MIT}`);
  put(join(out, "licences.txt"), parts.join("\n\n"), ["htmx.org", "maplibre-gl", "lucide-static", "terra-draw"]);
}

async function manifest() {
  const packages = {};
  for (const [name, licence] of Object.entries(LICENCES)) {
    const { version } = JSON.parse(await readFile(join(modules, name, "package.json"), "utf8"));
    packages[name] = { version, licence, shipped: name !== "esbuild" };
  }
  const files = {};
  for (const [path, { bytes, from }] of [...built].sort(([a], [b]) => a.localeCompare(b))) {
    files[relative(join(root, "src/samsyn"), path).replaceAll("\\", "/")] = {
      sha256: createHash("sha256").update(bytes).digest("hex"), bytes: bytes.length, from,
    };
  }
  put(join(out, "manifest.json"), `${JSON.stringify({ packages, files }, null, 2)}\n`, []);
}

// npm writes addresses of funding pages into the lock; the repository carries no hosts.
async function cleanLock() {
  const path = join(root, "package-lock.json");
  const lock = JSON.parse(await readFile(path, "utf8"));
  for (const entry of Object.values(lock.packages)) { delete entry.funding; delete entry.resolved; }
  put(path, `${JSON.stringify(lock, null, 2)}\n`, []);
}

await styles();
await scripts();
await fonts();
await icons();
await worker();
await licences();
await manifest();
await cleanLock();

let stale = 0;
for (const [path, { bytes }] of built) {
  const same = existsSync(path) && bytes.equals(await readFile(path));
  const size = `${(bytes.length / 1024).toFixed(1).padStart(8)} kB ${(gzipSync(bytes).length / 1024).toFixed(1).padStart(8)} kB gz`;
  process.stdout.write(`${size}  ${relative(root, path)}${same ? "" : check ? "  DIFFERS" : "  written"}\n`);
  if (same) continue;
  stale += 1;
  if (!check) { await mkdir(dirname(path), { recursive: true }); await writeFile(path, bytes); }
}
const strays = (await readdir(out, { recursive: true, withFileTypes: true }))
  .filter((e) => e.isFile()).map((e) => join(e.parentPath ?? e.path, e.name))
  .filter((p) => !built.has(p) && !p.endsWith("guard-rules.json"));
for (const path of strays) process.stdout.write(`not built by this script: ${relative(root, path)}\n`);
if (check && stale) {
  process.stderr.write(`${stale} built file(s) differ from their sources: run \`python3 run.py assets\` and commit.\n`);
  process.exit(1);
}
