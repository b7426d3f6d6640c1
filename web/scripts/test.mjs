// Bundles every tests/**/*.test.ts as the build would (runes included) and runs them with Node's own test runner.
import { spawnSync } from "node:child_process";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { svelte } from "@sveltejs/vite-plugin-svelte";
import { build } from "vite";

const root = fileURLToPath(new URL("..", import.meta.url));
const found = (await readdir(join(root, "tests"), { recursive: true })).filter((name) => name.endsWith(".test.ts"));
const wanted = process.argv.slice(2);
const chosen = found.filter((name) => wanted.length === 0 || wanted.some((part) => name.includes(part)));
const outDir = await mkdtemp(join(tmpdir(), "chargehand-web-tests-"));
try {
  await build({
    root,
    configFile: false,
    logLevel: "error",
    plugins: [svelte()],
    ssr: { noExternal: true },
    build: {
      ssr: true,
      outDir,
      rollupOptions: {
        input: Object.fromEntries(chosen.map((name) => [name.replace(/\.ts$/, "").replaceAll("/", "."), join(root, "tests", name)])),
        output: { entryFileNames: "[name].mjs" },
      },
    },
  });
  const built = (await readdir(outDir)).filter((name) => name.endsWith(".test.mjs")).map((name) => join(outDir, name));
  // A test that waits in vain for a store that is never stopped must end too.
  const bounds = ["--test-timeout=60000"];
  const run = spawnSync(process.execPath, ["--test", ...bounds, ...built], { stdio: "inherit" });
  process.exitCode = run.status ?? 1;
} finally {
  await rm(outDir, { recursive: true });
}
