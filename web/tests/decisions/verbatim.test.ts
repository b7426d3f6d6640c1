import assert from "node:assert/strict";
import { test } from "node:test";
import { member } from "../../src/decisions/verbatim";

test("a member is given as it stands, with every digit and every space inside", () => {
  const proposal = '{"b": 12345678901234567890.10, "a":"\\u00e9 } , \\" ]","l":[{"x":[1,2]},"{"]}';
  assert.equal(member(`{"id":"prp_1","proposal":${proposal},"z":1}`, "proposal"), proposal);
  assert.equal(member(`{ "proposal" : ${proposal} }`, "proposal"), proposal);
});

test("only a member of the outermost object counts, not a value and not one further in", () => {
  assert.equal(member('{"a":"proposal","b":{"proposal":1},"c":["proposal",{"proposal":2}],"proposal":3}', "proposal"), "3");
  assert.equal(member('{"a":{"proposal":1}}', "proposal"), null);
});

test("what is null or not there is null", () => {
  assert.equal(member('{"proposal":null,"x":1}', "proposal"), null);
  assert.equal(member("{}", "proposal"), null);
  assert.equal(member('{"proposal":"null"}', "proposal"), '"null"');
});
