import assert from "node:assert/strict";
import { test } from "node:test";
import { parameterCount } from "../../../harness/contract/model.ts";
import { mapSizes } from "../../../harness/nn/convolutional.ts";
import { generatorParameters } from "./generator.ts";
import { generator, narrowedGenerator } from "./networks.ts";

test("the generator has the published sizes and number of parameters", () => {
  assert.deepEqual([generator.projection, generator.decoder, generator.image].map(mapSizes), [
    [[1, 1, 8192]],
    [
      [8, 8, 256],
      [16, 16, 128],
    ],
    [[32, 32, 3]],
  ]);
  // Weights; a shift a unit or channel; gain and bias of the image.
  const weights = 100 * 8192 + 25 * (512 * 256 + 256 * 128 + 128 * 3);
  assert.equal(parameterCount(generatorParameters(generator)), weights + 8192 + 256 + 128 + 3 + 3);
});

test("a reduced generator has a share of the features, and images of the same size", () => {
  const { projection, decoder, image } = narrowedGenerator(generator, 0.25);
  assert.deepEqual(mapSizes(projection), [[1, 1, 2048]]);
  assert.deepEqual(decoder.input, [4, 4, 128]);
  assert.deepEqual(mapSizes(decoder).at(-1), image.input);
  assert.deepEqual(mapSizes(image), [[32, 32, 3]]);
});
