// Python and JSON on their way into a page.

import assert from "node:assert/strict";
import { test } from "node:test";
import { packedJson, stripped } from "../strip.mjs";

test("comments, docstrings and empty lines go", () => {
  const python =
    '"""Module."""\n\n# why\nx = 1  # one\n\n\ndef f():\n    r"""Only a docstring, of "two"\n\n    lines."""  # and this\n';
  assert.equal(stripped(python), "pass\nx = 1\ndef f():\n    pass\n");
});

test("a string keeps what only looks like a comment or an empty line", () => {
  for (const line of ["x = '#', \"# '\"", 'x = f"{a["b"]}#\\"#"', 'x = """#\n\n#"""', "x = '\\\\'", "x = rb'#\\''"]) {
    assert.equal(stripped(line), line);
  }
});

test("a string on its own line inside brackets, or after a backslash, is no docstring", () => {
  for (const python of ['x = [\n    "a",\n    "b"\n    "c"\n]', 'x = \\\n    "a"', 'f(\n    "a"\n)', '"a" "b"', '"a".join(x)']) {
    assert.equal(stripped(python), python);
  }
});

test("JSON keeps its numbers and strings to the letter", () => {
  assert.equal(
    packedJson('{\n "a": [1.0, 12345678901234567890],\n "b c": "d \\" e"\n}\n'),
    '{"a":[1.0,12345678901234567890],"b c":"d \\" e"}',
  );
});
