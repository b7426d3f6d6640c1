import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { test } from "node:test";
import { getCommand, postCommand, quoted } from "../../src/decisions/curl";

const NASTY = ["plain", "it's", "'''", "$HOME `id` $(id) \\ \" !", "line\nbreak", "ünï – 漢", "", "-x", "a;b&c|d>e"];

/** What a shell hands to a program that is called like this. */
function words(command: string): string[] {
  const shown = spawnSync("sh", ["-c", `curl() { printf '%s\\0' "$@"; }; ${command}`], { encoding: "utf8", env: { CHARGEHAND_TOKEN: "t'o k" } });
  assert.equal(shown.stderr, "");
  return shown.stdout.split("\0").slice(0, -1);
}

test("whatever a text holds, a shell takes it as one word and as it is", () => {
  for (const text of NASTY) assert.deepEqual(words(`curl ${quoted(text)}`), [text]);
});

test("a body arrives byte for byte, behind what says that it is JSON", () => {
  const json = JSON.stringify({ intent: NASTY.join(" "), value: 0.1 });
  assert.deepEqual(words(postCommand("http://127.0.0.1:8420/v1/proposals?dry_run=true", json, "tokenless")), [
    "-sS", "-H", "Content-Type: application/json", "--data-binary", json, "http://127.0.0.1:8420/v1/proposals?dry_run=true",
  ]);
});

test("a token comes from the environment and never stands in the command", () => {
  const command = getCommand("http://host/v1/decisions/dec_1", "token");
  assert.ok(command.includes("$CHARGEHAND_TOKEN"));
  assert.deepEqual(words(command), ["-sS", "-H", "Authorization: Bearer t'o k", "http://host/v1/decisions/dec_1"]);
  assert.ok(!getCommand("http://host/v1", "tokenless").includes("Authorization"));
});
