// Writes the types of everything that crosses the wire from the published contracts, or with --check says which are
// stale. `api.gen.ts` holds every route and record, `events.gen.ts` the payload of every kind of event.
import { readFile, writeFile } from "node:fs/promises";
import openapiTS, { astToString } from "openapi-typescript";

const HEAD = "// Generated from contracts/ by `npm run generate`; do not edit.\n\n";
const CONTRACTS = new URL("../../contracts/", import.meta.url);
const TARGET = new URL("../src/contracts/", import.meta.url);

async function api() {
  const document = JSON.parse(await readFile(new URL("openapi.json", CONTRACTS), "utf8"));
  return HEAD + astToString(await openapiTS(closed(document), { alphabetize: true, defaultNonNullable: false, emptyObjectsUnknown: true }));
}

/** Readers keep unknown fields, but a name that the contract does not know must not pass the type checker. */
function closed(node) {
  if (Array.isArray(node)) return node.map(closed);
  if (node === null || typeof node !== "object") return node;
  const kept = Object.entries(node).filter(([key, value]) => !(key === "additionalProperties" && value === true && node.properties));
  return Object.fromEntries(kept.map(([key, value]) => [key, closed(value)]));
}

/** A row per kind, each with the payload record that the AsyncAPI document names for its newest version. */
async function events() {
  const document = JSON.parse(await readFile(new URL("asyncapi.json", CONTRACTS), "utf8"));
  const found = new Map();
  for (const { title, payload } of Object.values(document.components.messages)) {
    if (!payload?.allOf) continue;
    const data = payload.allOf[1].properties.data.anyOf[0].$ref;
    found.set(title, data.split("/").at(-1));
  }
  const rows = [...found].sort(([one], [other]) => (one < other ? -1 : 1));
  const fields = rows.map(([kind, record]) => `  "${kind}": components["schemas"]["${record}"];\n`).join("");
  const doc = "/** The payload of every kind of event, in its newest version. */";
  return `${HEAD}import type { components } from "./api.gen";\n\n${doc}\nexport interface EventPayloads {\n${fields}}\n`;
}

const files = { "api.gen.ts": await api(), "events.gen.ts": await events() };
let stale = false;
for (const [name, text] of Object.entries(files)) {
  const path = new URL(name, TARGET);
  const current = await readFile(path, "utf8").catch(() => "");
  if (current === text) continue;
  stale = true;
  if (process.argv.includes("--check")) console.error(`stale: web/src/contracts/${name}; run \`npm run generate\` in web/`);
  else await writeFile(path, text);
}
process.exit(stale && process.argv.includes("--check") ? 1 : 0);
