import { back, entries } from "../app/window";
import assert from "node:assert/strict";
import { test } from "node:test";
import { route } from "../../src/route/route.svelte";
import { viewAt, VIEWS } from "../../src/route/views";

test("every view is found at its path, with or without a slash at the end, and nothing else is a view", () => {
  for (const view of VIEWS) {
    assert.equal(viewAt(view.path), view);
    assert.equal(viewAt(`${view.path}/`), view);
  }
  assert.equal(viewAt("/")?.name, "fleet");
  assert.equal(viewAt("/fleets"), undefined);
});

test("no two views have the same key", () => {
  assert.equal(new Set(VIEWS.map((view) => view.key)).size, VIEWS.length);
});

test("an address leaves out what is not set, and escapes what is", () => {
  assert.equal(route.href("/decisions", { code: null, q: "", machine: "A&B=1" }), "/decisions?machine=A%26B%3D1");
  assert.equal(route.href("/fleet"), "/fleet");
});

test("going makes an entry, replacing does not, going where one is does nothing, and back restores", () => {
  route.go("/machine?machine=CNC-001");
  const count = entries.length;
  route.set({ machine: "CNC-002", tab: "limits" });
  assert.equal(entries.length, count + 1);
  assert.equal(route.param("machine"), "CNC-002");
  route.set({ tab: null }, { replace: true });
  assert.equal(entries.length, count + 1);
  assert.equal(route.param("tab"), null);
  route.go("/machine?machine=CNC-002");
  assert.equal(entries.length, count + 1);
  back();
  assert.equal(route.param("machine"), "CNC-001");
  assert.equal(route.view?.name, "machine");
});

test("of a parameter that stands twice the first counts, also after another one was set", () => {
  route.go("/machine?machine=CNC-001&machine=CNC-002");
  assert.equal(route.param("machine"), "CNC-001");
  route.set({ window: "30" });
  assert.equal(route.param("machine"), "CNC-001");
});
