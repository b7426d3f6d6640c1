// How the control centre is built: one page, hashed assets, nothing inlined, so that the strict content policy holds. The
// licences of what is built in go along.
import { readFileSync } from "node:fs";
import { svelte } from "@sveltejs/vite-plugin-svelte";
import { defineConfig, type Plugin } from "vite";

const FONTS = ["ibm-plex-sans", "ibm-plex-mono"];

/** Bundlers look for licences of code; fonts come as files, and their licence wants to be with them. */
const fontLicences: Plugin = {
  name: "font-licences",
  generateBundle() {
    for (const font of FONTS) {
      const source = readFileSync(new URL(`node_modules/@fontsource/${font}/LICENSE`, import.meta.url), "utf8");
      this.emitFile({ type: "asset", fileName: `licenses-${font}.txt`, source });
    }
  },
};

export default defineConfig({
  plugins: [svelte(), fontLicences],
  base: "/",
  build: {
    outDir: process.env["OUT"] ?? "../src/chargehand/api/ui",
    emptyOutDir: true,
    assetsInlineLimit: 0,
    license: { fileName: "licenses.md" },
    modulePreload: { polyfill: false },
    target: "es2022",
    reportCompressedSize: false,
  },
});
