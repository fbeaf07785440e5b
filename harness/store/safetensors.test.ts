import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import type { HostState } from "../engine/host-state.ts";
import { type Checkpoint, checkpointParts, decodeCheckpoint, stateSha256 } from "./checkpoint.ts";
import { decodeSafetensors, encodeSafetensors } from "./safetensors.ts";

const tensor = fc.array(fc.nat(4), { maxLength: 3 }).chain((shape) =>
  fc
    .array(fc.integer({ min: 0, max: 0xffffffff }), {
      minLength: shape.reduce((a, b) => a * b, 1),
      maxLength: shape.reduce((a, b) => a * b, 1),
    })
    .map((bits) => ({ shape, data: new Float32Array(Uint32Array.from(bits).buffer) })),
);
const name = fc.oneof(fc.string(), fc.constantFrom("__proto__", "constructor", "0", "10", "discriminator/m", "é"));
const state: fc.Arbitrary<HostState> = fc
  .array(fc.tuple(name, tensor), { maxLength: 5 })
  .map((entries) => Object.fromEntries(entries))
  .filter((entries) => !Object.hasOwn(entries, "__metadata__"));

/** Bits, not values: NaNs and zeros of either sign have to come back as they were. */
const bits = (tensors: HostState): [string, readonly number[], string][] =>
  Object.entries(tensors).map(([key, { shape, data }]) => [
    key,
    shape,
    Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString("hex"),
  ]);

/** A file by hand, from the format's description. */
function file(header: unknown, body = Buffer.alloc(0)): Buffer {
  const text = Buffer.from(typeof header === "string" ? header : JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(text.length));
  return Buffer.concat([length, text, body]);
}
const entry = (over: object = {}) => ({ dtype: "F32", shape: [2], data_offsets: [0, 8], ...over });

describe("safetensors", () => {
  it("decode gives what encode was given, bit for bit", () => {
    fc.assert(
      fc.property(state, fc.dictionary(fc.string(), fc.string()), (tensors, metadata) => {
        const decoded = decodeSafetensors(encodeSafetensors(tensors, metadata));
        assert.deepEqual(bits(decoded.state), bits(tensors));
        assert.deepEqual({ ...decoded.metadata }, { ...metadata });
      }),
    );
  });

  it("has the layout of the format's description", () => {
    const bytes = Buffer.from(encodeSafetensors({ w: { shape: [2], data: Float32Array.of(1, -2) } }, { by: "us" }));
    const length = Number(bytes.readBigUInt64LE());
    assert.equal(length % 8, 0);
    assert.deepEqual(JSON.parse(bytes.toString("utf8", 8, 8 + length)), { __metadata__: { by: "us" }, w: entry() });
    assert.deepEqual([bytes.readFloatLE(8 + length), bytes.readFloatLE(12 + length)], [1, -2]);
    assert.deepEqual(decodeSafetensors(file({ w: entry() }, Buffer.alloc(8))).state.w!.shape, [2]);
  });

  it("a view into a larger buffer is written as the view", () => {
    const data = Float32Array.of(9, 1, 2, 9).subarray(1, 3);
    assert.deepEqual(
      decodeSafetensors(encodeSafetensors({ w: { shape: [2], data } }, {})).state.w!.data,
      Float32Array.of(1, 2),
    );
  });

  it("malformed files are refused", () => {
    const body = Buffer.alloc(8);
    const huge = file({ w: entry() }, body);
    huge.writeBigUInt64LE(2n ** 63n);
    for (const [bytes, message] of [
      [Buffer.alloc(0), /shorter than its header length/],
      [Buffer.alloc(7), /shorter than its header length/],
      [huge, /header is cut off/],
      [file({ w: entry() }, body).subarray(0, 20), /header is cut off/],
      [file("{oops"), /not JSON/],
      [file("null"), /not an object/],
      [file("[1]"), /not an object/],
      [file({ w: null }, body), /not described as float32/],
      [file({ w: entry({ dtype: "F16" }) }, body), /not described as float32/],
      [file({ w: entry({ shape: [-2] }) }, body), /not described as float32/],
      [file({ w: entry({ shape: [1.5] }) }, body), /not described as float32/],
      [file({ w: entry({ data_offsets: [0] }) }, body), /not described as float32/],
      [file({ w: entry({ shape: [3] }) }, body), /cut off/],
      [file({ w: entry({ shape: [4], data_offsets: [0, 16] }) }, body), /cut off/],
      [file({ v: entry(), w: entry() }, body), /does not follow/],
      [file({ w: entry({ data_offsets: [8, 16] }) }, Buffer.alloc(16)), /does not follow/],
      [file({ w: entry() }, Buffer.alloc(9)), /bytes after the last tensor/],
      [file({ __metadata__: 1, w: entry() }, body), /metadata are not texts/],
      [file({ __metadata__: { by: 1 }, w: entry() }, body), /metadata are not texts/],
    ] as const)
      assert.throws(() => decodeSafetensors(bytes), { name: "RangeError", message }, `${bytes.toString("latin1")}`);
  });

  it("never throws anything but RangeError, whatever the bytes", () => {
    fc.assert(
      fc.property(fc.json(), fc.uint8Array(), (json, body) => {
        try {
          decodeSafetensors(file(json, Buffer.from(body)));
        } catch (error) {
          assert.equal(Boolean(error instanceof RangeError), true);
        }
      }),
    );
  });
});

describe("a checkpoint", () => {
  const encodeCheckpoint = (given: Checkpoint): Uint8Array => Buffer.concat(checkpointParts(given));
  const checkpoint: fc.Arbitrary<Checkpoint> = fc.record({
    key: fc.constant("key"),
    updates: fc.nat(),
    state,
    curve: fc.constant({ update: [10, 20], loss: [0.5, null] }),
    trainMs: fc.constant(12.5),
    resumes: fc.nat(3),
    earlyStateSha256: fc.constantFrom(null, "abc"),
  });

  it("decode gives what encode was given", () => {
    fc.assert(
      fc.property(checkpoint, (given) => {
        const { state: read, ...progress } = decodeCheckpoint(encodeCheckpoint(given), "key");
        const { state: written, ...expected } = given;
        assert.deepEqual(bits(read), bits(written));
        assert.deepEqual(progress, expected);
      }),
    );
  });

  it("with any one byte changed is refused, or says the same", () => {
    fc.assert(
      fc.property(checkpoint, fc.nat(), fc.integer({ min: 1, max: 255 }), (given, where, flip) => {
        const bytes = encodeCheckpoint(given);
        bytes[where % bytes.length]! ^= flip;
        let read: Checkpoint;
        try {
          read = decodeCheckpoint(bytes, "key");
        } catch {
          return;
        }
        const { state: tensors, ...progress } = read;
        const { state: written, ...expected } = given;
        assert.deepEqual(
          Object.fromEntries(bits(tensors).map((b) => [b[0], b])),
          Object.fromEntries(bits(written).map((b) => [b[0], b])),
        );
        assert.deepEqual(progress, expected);
      }),
      { numRuns: 3_000 },
    );
  });

  it("cut at any place is refused", () => {
    const bytes = encodeCheckpoint({
      key: "key",
      updates: 1,
      state: { w: { shape: [3], data: Float32Array.of(1, 2, 3) } },
      curve: { update: [] },
      trainMs: 0,
      resumes: 0,
      earlyStateSha256: null,
    });
    for (let length = 0; length < bytes.length; length++)
      assert.throws(() => decodeCheckpoint(bytes.subarray(0, length), "key"));
    decodeCheckpoint(bytes, "key");
    assert.throws(() => decodeCheckpoint(bytes, "another"), /it belongs to another run/);
  });
});

describe("the hash of a state", () => {
  it("does not depend on the order of names, and does on names, shapes and every bit", () => {
    const [a, b] = [
      { shape: [2], data: Float32Array.of(0, 1) },
      { shape: [1], data: Float32Array.of(2) },
    ];
    const hash = stateSha256({ a, b });
    assert.equal(stateSha256({ b, a }), hash);
    const others: HostState[] = [
      { a },
      { a: b, b: a },
      { a, c: b },
      { a: { ...a, shape: [1, 2] }, b },
      { a: { ...a, data: Float32Array.of(-0, 1) }, b },
    ];
    for (const other of others) assert.notEqual(stateSha256(other), hash);
  });
});
