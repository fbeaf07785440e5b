/** Gradients of convolutions are those of PyTorch in float64, and of the plain JavaScript backend. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { before, describe, test } from "node:test";
import * as tf from "@tensorflow/tfjs-core";
import type { Words2 } from "../../random/philox.ts";
import type { ExpectedTensor } from "../contract-cases.ts";
import { openEngine } from "../open.ts";
import { euclideanNorm, type Recipe, regenerate, visited } from "../reference-values.ts";

type Keyed = Recipe & { readonly key: Words2 };
interface ConvCase {
  readonly images: Keyed;
  readonly filter: Keyed;
  readonly dy: Keyed;
  readonly strides: [number, number];
  readonly padding: "valid" | "same";
  readonly output: ExpectedTensor;
  readonly ofImages: ExpectedTensor;
  readonly ofFilter: ExpectedTensor;
}
const CASES: readonly ConvCase[] = JSON.parse(
  readFileSync(new URL("./fixtures/conv-gradients.json", import.meta.url), "utf8"),
).cases;

/** Largest error of an entry, relative to the largest |entry| of its tensor. */
const TOLERANCE = 1e-5;

const made = (recipe: Keyed): tf.Tensor4D => tf.tensor4d(regenerate([recipe], recipe.key), [...recipe.shape] as never);

function assertClose(what: string, tensor: tf.Tensor, { shape, stride, values, norm, largest }: ExpectedTensor): void {
  assert.deepEqual(tensor.shape, shape, what);
  const data = tensor.dataSync();
  visited(data, { stride, length: values.length }).forEach((got, i) => {
    const error = Math.abs(got - values[i]!);
    assert.ok(error <= TOLERANCE * largest, `${what}: entry ${i} of the walk is ${got}, expected ${values[i]}`);
  });
  const got = euclideanNorm(data);
  assert.ok(Math.abs(got - norm) <= TOLERANCE * norm, `${what}: norm ${got}, expected ${norm}`);
}

describe("tf.conv2d on the wasm engine", () => {
  before(() => openEngine({ requested: "wasm", provision: false }));

  for (const { images, filter, strides, padding, ...expected } of CASES)
    test(`[${images.shape}] by [${filter.shape}], strides ${strides}, ${padding}: PyTorch's values and gradients`, () => {
      tf.tidy(() => {
        const inputs = [made(images), made(filter)];
        const convolve = (x: tf.Tensor, w: tf.Tensor) =>
          tf.conv2d(x as tf.Tensor4D, w as tf.Tensor4D, strides, padding);
        assertClose("output", convolve(inputs[0]!, inputs[1]!), expected.output);
        const [ofImages, ofFilter] = tf.grads(convolve)(inputs, made(expected.dy));
        assertClose("gradient of the images", ofImages!, expected.ofImages);
        assertClose("gradient of the filter", ofFilter!, expected.ofFilter);
      });
    });

  test("its gradients leave no tensor and no memory behind", () => {
    const { images, filter, dy, strides, padding } = CASES[1]!;
    const inputs = [made(images), made(filter)];
    const cotangent = made(dy);
    const live = () => (tf.backend() as tf.KernelBackend).numDataIds();
    const before = live();
    tf.dispose(tf.grads((x, w) => tf.conv2d(x as tf.Tensor4D, w as tf.Tensor4D, strides, padding))(inputs, cotangent));
    assert.equal(live(), before);
    tf.dispose([inputs, cotangent]);
  });

  test("NCHW is refused", () => {
    tf.tidy(() => {
      const [x, w, dy] = [tf.ones([1, 2, 4, 4]), tf.ones([3, 3, 2, 1]), tf.ones([1, 1, 2, 2])] as tf.Tensor4D[];
      const backwards = (filter: tf.Tensor4D) =>
        tf.engine().runKernel(tf.Conv2DBackpropInput, { dy: dy!, filter }, { strides: 1, pad: "valid", dataFormat: "NCHW", inputShape: x!.shape }); // biome-ignore format: one line
      assert.throws(() => backwards(w!), /NHWC images, got NCHW/);
    });
  });
});

describe("tf.conv2dTranspose on the wasm engine", () => {
  for (const { images, filter, dy, strides, padding } of CASES.slice(0, -2))
    test(`[${dy.shape}] by [${filter.shape}], strides ${strides}, ${padding}: the cpu engine's values and gradients`, async () => {
      const compute = () =>
        tf.tidy(() => {
          const inputs = [made(dy), made(filter)];
          const transposed = (y: tf.Tensor, w: tf.Tensor) =>
            tf.conv2dTranspose(y as tf.Tensor4D, w as tf.Tensor4D, [...images.shape] as never, strides, padding);
          const out = [transposed(inputs[0]!, inputs[1]!), ...tf.grads(transposed)(inputs, made(images))];
          return out.map((t) => ({ shape: t.shape, values: Array.from(t.dataSync()) }));
        });
      await openEngine({ requested: "cpu", provision: false });
      const expected = compute();
      await openEngine({ requested: "wasm", provision: false });
      const got = compute();
      expected.forEach(({ shape, values }, i) => {
        assert.deepEqual(got[i]!.shape, shape, `output ${i}`);
        const allowed = TOLERANCE * Math.max(...values.map(Math.abs));
        values.forEach((value, at) => {
          assert.ok(Math.abs(got[i]!.values[at]! - value) <= allowed, `output ${i}, entry ${at}: ${got[i]!.values[at]}, expected ${value}`); // biome-ignore format: one line
        });
      });
    });
});
