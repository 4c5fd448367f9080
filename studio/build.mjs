// Writes ../bridge/studio/static, which the wheel ships: `npm ci && node build.mjs`. The same input
// gives the same bytes; CI builds anew and compares. `--tests` bundles the tests for `node --test`.
import { build } from "esbuild";
import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const out = join(here, "..", "bridge", "studio", "static");
const modules = join(here, "node_modules");
const browsers = ["es2022", "chrome111", "firefox115", "safari16.4"];

if (process.argv.includes("--tests")) {
  await build({
    entryPoints: [join(here, "tests", "all.ts")], outfile: join(here, "build", "all.test.mjs"),
    bundle: true, format: "esm", platform: "node", target: "node18", logLevel: "warning",
  });
  process.exit(0);
}

// The page hands notes to the worklet and decodes nothing: the decoder has a worker of its own.
// What it takes from SpessaSynth is kept, the rest (files, offline rendering, Vorbis) is not.
const lean = {
  name: "lean",
  setup(it) {
    it.onResolve({ filter: /^stb-vorbis$/ }, () => ({ path: "no-decoder", namespace: "lean" }));
    it.onLoad({ filter: /.*/, namespace: "lean" }, () => ({ contents: "export const StbVorbis = {};" }));
    it.onResolve({ filter: /^spessasynth_(lib|core)$/ }, ({ path, importer }) =>
      ({ path: join(modules, path, "dist", "index.js"), sideEffects: importer.includes("node_modules") ? undefined : false }));
  },
};

rmSync(out, { recursive: true, force: true });
mkdirSync(out, { recursive: true });
const common = {
  outdir: out, bundle: true, minify: true, format: "esm", target: browsers, charset: "utf8",
  jsx: "automatic", jsxImportSource: "preact", legalComments: "none", logLevel: "warning",
};
await build({ ...common, entryPoints: { app: join(here, "src", "main.tsx") }, plugins: [lean] });
await build({ ...common, entryPoints: { decoder: join(here, "src", "sound", "decoder.ts"), charts: join(here, "src", "rooms", "charts.ts") } });
copyFileSync(join(here, "src", "index.html"), join(out, "index.html"));
copyFileSync(join(here, "src", "icon.svg"), join(out, "icon.svg"));
copyFileSync(join(modules, "spessasynth_lib", "dist", "spessasynth_processor.min.js"), join(out, "synthesiser.js"));

// What is bundled keeps its licence.
const parts = ["preact", "@preact/signals", "@preact/signals-core", "uplot", "spessasynth_lib", "spessasynth_core", "stb-vorbis"];
const texts = parts.map((name) => {
  const { version, license } = JSON.parse(readFileSync(join(modules, name, "package.json"), "utf8"));
  const text = ["LICENSE", "LICENSE.md", "LICENSE.txt"].map((file) => {
    try { return readFileSync(join(modules, name, file), "utf8"); } catch { return ""; }
  }).find(Boolean);
  return `${name} ${version} (${license})\n\n${(text ?? "The package carries no licence text of its own.").trim()}\n`;
});
writeFileSync(join(out, "LICENCES.txt"), `The page is built from these packages.\n\n${texts.join("\n" + "-".repeat(72) + "\n\n")}`);
