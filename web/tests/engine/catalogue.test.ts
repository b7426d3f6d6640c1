import "../app/window";
import assert from "node:assert/strict";
import { test } from "node:test";
import type { ReasonCode } from "../../src/contracts/records";
import { Catalogue } from "../../src/engine/catalogue.svelte";

const ENTRY = { code: "MACH.SPINDLE_ABOVE_MAX", title: "Spindle above its limit" } as ReasonCode;

test("the codes are read once, however many parts need them, and read again when another engine answers", async () => {
  let reads = 0;
  const catalogue = new Catalogue(async () => {
    reads += 1;
    return [ENTRY];
  });
  catalogue.renew();
  assert.equal(reads, 0, "what nobody has asked for is not renewed");
  catalogue.need();
  catalogue.need();
  await settled();
  assert.equal(reads, 1);
  assert.equal(catalogue.find(ENTRY.code), ENTRY);
  catalogue.renew();
  assert.equal(reads, 2);
});

test("a code that the list does not have is unknown, not a mistake", async () => {
  const catalogue = new Catalogue(async () => [ENTRY]);
  assert.equal(catalogue.find("MACH.NEW"), undefined);
  catalogue.need();
  await settled();
  assert.equal(catalogue.find("MACH.NEW"), undefined);
});

function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
