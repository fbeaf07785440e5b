import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { attr, attrOf, DataType, savedModel } from "./graph-def.ts";

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");
const bytesOf = (array: Float32Array): Uint8Array => new Uint8Array(array.buffer);

describe("a graph", () => {
  /**
   * What TensorFlow 2.21 itself writes (Python, SavedModel.SerializeToString(deterministic=True)) for the nodes of the
   * next test.
   */
  const FROM_TENSORFLOW = [
    "080112e6020a072205736572766512da02",
    "0a3c0a07436f6e73745f301205436f6e73742a0b0a056474797065120230012a1d0a0576616c756512144212080112041202080222080000c03f000000c0",
    "0a94020a084f6e65486f745f3112044d6164651a07436f6e73745f301a0953706c69745f343a321a095e726561642f302f78",
    "2a100a06615f74657874120612044e485743",
    "2a140a05625f696e74120b18ffffffffffffffffff01",
    "2a0f0a06635f7265616c12052517b7d138",
    "2a0d0a07645f66616c736512022800",
    "2a0c0a06655f7472756512022801",
    "2a1b0a06665f696e747312110a0f1a0d01ac02feffffffffffffffff01",
    "2a170a07675f7265616c73120c0a0a22080000003f00000040",
    "2a110a07685f626f6f6c7312060a042a020100",
    "2a110a07695f747970657312060a0432020103",
    "2a130a076a5f736861706512083a06120208641200",
    "2a0e0a086b5f7363616c617212023a00",
    "2a0c0a066c5f6e6f6e6512020a00",
    "220308aa13",
  ].join("");

  test("is written byte for byte as TensorFlow writes it", () => {
    const values = attr.tensor(DataType.float32, [2], bytesOf(Float32Array.of(1.5, -2)));
    const written = savedModel([
      { name: "Const_0", op: "Const", inputs: [], attributes: { dtype: attr.type(DataType.float32), value: values } },
      {
        name: "OneHot_1",
        op: "Made",
        inputs: ["Const_0", "Split_4:2", "^read/0/x"],
        attributes: {
          a_text: attrOf({ name: "", type: 0, value: "NHWC" }),
          b_int: attrOf({ name: "", type: 1, value: -1 }),
          c_real: attrOf({ name: "", type: 2, value: 1e-4 }),
          d_false: attrOf({ name: "", type: 3, value: false }),
          e_true: attrOf({ name: "", type: 3, value: true }),
          f_ints: attrOf({ name: "", type: 1, value: [1, 300, -2] }),
          g_reals: attrOf({ name: "", type: 2, value: [0.5, 2] }),
          h_bools: attrOf({ name: "", type: 3, value: [1, 0] }),
          i_types: attrOf({ name: "", type: 4, value: [DataType.float32, DataType.int32] }),
          j_shape: attrOf({ name: "", type: 5, value: [100, 0] }),
          k_scalar: attr.shape([]),
          l_none: attrOf({ name: "", type: 1, value: [] }),
        },
      },
    ]);
    assert.equal(hex(written), FROM_TENSORFLOW);
  });

  test("refuses an attribute of a kind it does not know", () => {
    assert.throws(() => attrOf({ name: "f", type: 8, value: "g" }), /attribute f .* TF_AttrType 8/);
  });
});
