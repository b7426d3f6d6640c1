/**
 * Parts of a JSON text as they stand in it, byte for byte. What is copied or submitted again goes through here and not
 * through JSON.parse, so that no number is rounded and no key moved.
 */

/** The text of a member of the outermost object, or null if there is none or it is `null`. */
export function member(json: string, name: string): string | null {
  let depth = 0;
  for (let index = 0; index < json.length; index += 1) {
    const sign = json[index];
    if (sign === "{" || sign === "[") depth += 1;
    else if (sign === "}" || sign === "]") depth -= 1;
    else if (sign === '"') {
      const end = stringEnd(json, index);
      if (depth === 1 && /^\s*:/.test(json.slice(end)) && JSON.parse(json.slice(index, end)) === name) {
        const found = json.slice(json.indexOf(":", end) + 1);
        const value = found.slice(0, valueEnd(found)).trim();
        return value === "null" ? null : value;
      }
      index = end - 1;
    }
  }
  return null;
}

/** Index after the string that begins at `start`. */
function stringEnd(json: string, start: number): number {
  for (let index = start + 1; index < json.length; index += 1) {
    if (json[index] === "\\") index += 1;
    else if (json[index] === '"') return index + 1;
  }
  return json.length;
}

/** Index after the value that the text begins with. */
function valueEnd(text: string): number {
  let depth = 0;
  for (let index = 0; index < text.length; index += 1) {
    const sign = text[index];
    if (sign === '"') index = stringEnd(text, index) - 1;
    else if (sign === "{" || sign === "[") depth += 1;
    else if ((sign === "}" || sign === "]") && depth === 0) return index;
    else if (sign === "}" || sign === "]") depth -= 1;
    else if (sign === "," && depth === 0) return index;
  }
  return text.length;
}
