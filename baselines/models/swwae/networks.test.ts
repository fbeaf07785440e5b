import assert from "node:assert/strict";
import { test } from "node:test";
import { parameterCount } from "../../../harness/contract/model.ts";
import { mapSizes } from "../../../harness/nn/convolutional.ts";
import { swwaeParameters } from "./model.ts";
import { SVHN_STAGES, swwaeNetwork, topSize } from "./networks.ts";

test("the network for SVHN has the sizes and number of parameters of its table", () => {
  const network = swwaeNetwork([32, 32, 3], SVHN_STAGES, 10);
  const sizes = network.stages.map(({ encoder, decoder }) => [mapSizes(encoder)[0], mapSizes(decoder)[0]]);
  assert.deepEqual(sizes, [
    [
      [32, 32, 128],
      [32, 32, 3],
    ],
    [
      [16, 16, 128],
      [16, 16, 128],
    ],
    [
      [8, 8, 256],
      [8, 8, 128],
    ],
    [
      [4, 4, 256],
      [4, 4, 256],
    ],
  ]);
  assert.deepEqual(topSize(network), [2, 2, 256]);
  const encoder = 25 * 3 * 128 + 128 + 9 * 128 * (128 + 256) + 128 + 256 + 9 * 256 * 256 + 256;
  const decoder = 9 * 256 * (256 + 128) + 256 + 128 + 9 * 128 * 128 + 128 + 25 * 128 * 3 + 3;
  assert.equal(parameterCount(swwaeParameters(network)), encoder + decoder + 1024 * 10 + 10);
});

test("a reduced network has a share of the features; images and classes stay", () => {
  const { stages } = swwaeNetwork([32, 32, 3], SVHN_STAGES, 10, 0.125);
  assert.deepEqual(
    stages.map(({ encoder }) => mapSizes(encoder)[0]![2]),
    [16, 16, 32, 32],
  );
  assert.deepEqual(mapSizes(stages[0]!.decoder)[0], [32, 32, 3]);
});
