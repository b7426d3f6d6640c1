import assert from "node:assert/strict";
import { test } from "node:test";
import { Tokens } from "../../src/selection/tokens";

test("a token stays while the machine stays, and is new with every other one", () => {
  const tokens = new Tokens();
  const first = tokens.of("CNC-001");
  assert.equal(tokens.of("CNC-001"), first);
  const second = tokens.of("CNC-002");
  assert.notEqual(second, first);
});

test("coming back to a machine is a new selection: what was asked for under the old one stays thrown away", () => {
  const tokens = new Tokens();
  const given = [tokens.of("CNC-001"), tokens.of("CNC-002"), tokens.of("CNC-001"), tokens.of(null), tokens.of("CNC-001")];
  assert.equal(new Set(given).size, given.length);
});
