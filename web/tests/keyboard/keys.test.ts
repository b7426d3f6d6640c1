import assert from "node:assert/strict";
import { test } from "node:test";
import { meaning, takesText } from "../../src/keyboard/keys";
import { VIEWS } from "../../src/route/views";

const FREE = { writing: false, modal: false, letters: true, chord: false };

function press(key: string, where: Partial<typeof FREE> = {}, held: { ctrlKey?: boolean; metaKey?: boolean; altKey?: boolean } = {}) {
  return meaning({ key, ctrlKey: false, metaKey: false, altKey: false, ...held }, { ...FREE, ...where });
}

test("the palette opens by Ctrl or Cmd and K, also while somebody writes and with single keys off", () => {
  for (const held of [{ ctrlKey: true }, { metaKey: true }]) {
    assert.equal(press("k", { writing: true, letters: false }, held)?.do, "palette");
    assert.equal(press("K", {}, held)?.do, "palette");
  }
  assert.equal(press("k", {}, { ctrlKey: true, altKey: true }), null);
});

test("single keys do nothing while somebody writes, behind a dialog, or once they are off", () => {
  for (const key of ["?", "/", "g", "j", "k"]) {
    assert.notEqual(press(key), null);
    for (const where of [{ writing: true }, { modal: true }, { letters: false }]) assert.equal(press(key, where), null);
  }
  assert.equal(press("d", { chord: true, letters: false }), null);
});

test("g and then a view's key goes there; the key alone does not", () => {
  for (const view of VIEWS) {
    assert.deepEqual(press(view.key, { chord: true }), { do: "go", view });
    assert.notEqual(press(view.key)?.do, "go");
  }
});

test("Enter opens and Escape leaves, whether single keys are on or off; neither in its place behind a dialog", () => {
  assert.equal(press("Enter", { letters: false })?.do, "open");
  assert.equal(press("Enter", { writing: true }), null);
  assert.equal(press("Escape", { letters: false, writing: true })?.do, "leave");
  assert.equal(press("Escape", { modal: true }), null);
});

test("what takes text is left its letters; buttons and boxes are not fields", () => {
  assert.equal(takesText({ tagName: "INPUT", type: "text" }), true);
  assert.equal(takesText({ tagName: "INPUT", type: "number" }), true);
  assert.equal(takesText({ tagName: "TEXTAREA" }), true);
  assert.equal(takesText({ tagName: "SELECT" }), true);
  assert.equal(takesText({ tagName: "DIV", isContentEditable: true }), true);
  assert.equal(takesText({ tagName: "INPUT", type: "checkbox" }), false);
  assert.equal(takesText({ tagName: "BUTTON" }), false);
  assert.equal(takesText(null), false);
});
