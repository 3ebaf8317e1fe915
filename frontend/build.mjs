// Bundles src/*.ts and css/*.css, draws the icon sprite and copies what is served or printed as it is.
// Usage: node build.mjs OUTPUT_DIR      (called by build.py; every file in src/ and css/ itself is one bundle)
import { build } from "esbuild";
import { copyFileSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

const here = dirname(fileURLToPath(import.meta.url));
const out = resolve(process.argv[2] ?? join(here, "../src/yipanqi/static"));
const modules = join(here, "node_modules");
// Loaded on demand with import(): they stay ES modules. Everything else is a classic script.
const LAZY = new Set(["map", "charts"]);
const TARGET = "es2019";

function entries(folder, ext) {
  return readdirSync(join(here, folder)).filter((name) => name.endsWith(ext)).map((name) => join(here, folder, name));
}

async function bundle(entryPoints, options) {
  if (!entryPoints.length) return;
  await build({
    entryPoints, outdir: out, bundle: true, minify: true, legalComments: "none", charset: "utf8", logLevel: "warning",
    ...options,
  });
}

/** One <symbol> per name of icons.txt, so that a page shows an icon with <use href="icons.svg#name">. */
function sprite() {
  const names = readFileSync(join(here, "icons.txt"), "utf8").split(/\s+/).filter(Boolean);
  const symbols = [...new Set(names)].map((name) => {
    const filled = name.endsWith("-filled");
    const file = filled ? `filled/${name.slice(0, -7)}.svg` : `outline/${name}.svg`;
    const svg = readFileSync(join(modules, "@tabler/icons/icons", file), "utf8");
    const body = svg.slice(svg.indexOf(">", svg.indexOf("<svg")) + 1, svg.lastIndexOf("</svg>"))
      .replace(/<path stroke="none" d="M0 0h24v24H0z" fill="none" \/>/, "").replace(/\s+/g, " ").trim();
    const paint = filled ? 'fill="currentColor" stroke="none"'
      : 'fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" stroke-linejoin="round"';
    return `<symbol id="${name}" viewBox="0 0 24 24" ${paint}>${body}</symbol>`;
  });
  writeFileSync(join(out, "icons.svg"), `<svg xmlns="http://www.w3.org/2000/svg">${symbols.join("")}</svg>\n`);
}

/** The static files storage would look for the named map and fail: no such line may remain. */
function stripSourceMaps() {
  for (const name of readdirSync(out).filter((file) => /\.(js|mjs|css)$/.test(file))) {
    const path = join(out, name);
    const text = readFileSync(path, "utf8");
    const clean = text.replace(/\/\*# sourceMappingURL=.*?\*\//g, "").replace(/^\/\/# sourceMappingURL=.*$/gm, "");
    if (clean !== text) writeFileSync(path, clean);
  }
}

/** Beside every text file its .gz and .br, which the server hands out instead: a phone's first page is a fifth as heavy. */
function compress() {
  for (const name of readdirSync(out).filter((file) => /\.(js|css|svg)$/.test(file))) {
    const bytes = readFileSync(join(out, name));
    writeFileSync(join(out, `${name}.gz`), gzipSync(bytes, { level: 9 }));
    writeFileSync(join(out, `${name}.br`), brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } }));
  }
}

rmSync(out, { recursive: true, force: true });
mkdirSync(join(out, "fonts"), { recursive: true });
const scripts = entries("src", ".ts");
const isLazy = (path) => LAZY.has(path.split(/[\\/]/).pop().replace(/\.ts$/, ""));
await bundle(scripts.filter((path) => !isLazy(path)), { format: "iife", target: TARGET });
await bundle(scripts.filter(isLazy), { format: "esm", target: "es2020" });
await bundle(entries("css", ".css"), { loader: { ".svg": "dataurl" } });
sprite();
// MapLibre starts its worker from a file of its own.
copyFileSync(join(modules, "maplibre-gl/dist/maplibre-gl-worker.mjs"), join(out, "map-worker.js"));
// Embedded into PDF files; pages use the fonts of the reader's own system.
for (const weight of ["400Regular", "700Bold"]) {
  const file = `NotoSansSC_${weight}.ttf`;
  copyFileSync(join(modules, "@expo-google-fonts/noto-sans-sc", weight, file),
    join(out, "fonts", `NotoSansSC-${weight.slice(3)}.ttf`));
}
copyFileSync(join(modules, "@expo-google-fonts/noto-sans-sc/LICENSE_FONT"), join(out, "fonts/LICENSE.txt"));
for (const file of readdirSync(join(here, "files"))) copyFileSync(join(here, "files", file), join(out, file));
stripSourceMaps();
compress();
