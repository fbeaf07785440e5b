import assert from "node:assert/strict";
import { test } from "node:test";
import { philox4x32, type Words2, type Words4 } from "./philox.ts";

/** The `philox4x32 10` lines of Random123's tests/kat_vectors (D. E. Shaw Research): counter, key, result. */
const KNOWN_ANSWERS: readonly { name: string; counter: Words4; key: Words2; result: string }[] = [
  { name: "zeros", counter: [0, 0, 0, 0], key: [0, 0], result: "6627e8d5 e169c58d bc57ac4c 9b00dbd8" },
  {
    name: "all bits set",
    counter: [0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff],
    key: [0xffffffff, 0xffffffff],
    result: "408f276d 41c83b0e a20bc7c6 6d5451fd",
  },
  {
    name: "the digits of pi",
    counter: [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344],
    key: [0xa4093822, 0x299f31d0],
    result: "d16cfe09 94fdcceb 5001e420 24126ea1",
  },
];

const hex = (words: Uint32Array): string => [...words].map((word) => word.toString(16).padStart(8, "0")).join(" ");

for (const { name, counter, key, result } of KNOWN_ANSWERS) {
  test(`philox4x32 gives Random123's published answer for ${name}`, () => {
    const out = new Uint32Array(4);
    philox4x32(counter, key, out);
    assert.equal(hex(out), result);
  });
}

test("philox4x32 writes four words at the offset and leaves the rest alone", () => {
  const out = new Uint32Array(8).fill(7);
  philox4x32([0, 0, 0, 0], [0, 0], out, 2);
  assert.equal(hex(out), "00000007 00000007 6627e8d5 e169c58d bc57ac4c 9b00dbd8 00000007 00000007");
});
