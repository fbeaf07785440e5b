/** Sizes and parameter counts of every table; ci/peers/image_networks.py, written from the paper, has the same numbers. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { parameterCount } from "../../../../harness/contract/model.ts";
import { type ConvolutionalTable, convolutionalParameters, mapSizes } from "../../../../harness/nn/convolutional.ts";
import { type ImageNetworkId, PAPER_SETTINGS } from "../../image-settings.ts";
import type { ImageNetworks } from "./image-networks.ts";
import { narrowed } from "./narrowed.ts";
import { IMAGE_NETWORKS, networksOf } from "./networks-of.ts";

interface Pinned {
  /** Height of the maps after each row. */
  readonly sizes: Readonly<Record<"encoder" | "decoder" | "imageFeatures", readonly number[]>>;
  readonly counts: Readonly<Record<keyof ImageNetworks, number>>;
  /** Dropout of each row's input, D(x), D(z), D(x, z). */
  readonly dropout: readonly (readonly number[])[];
}

const SMALL = {
  encoder: [28, 13, 10, 4, 1, 1, 1],
  decoder: [4, 10, 13, 28, 32, 32, 32],
  imageFeatures: [28, 13, 10, 4, 1],
};
const FACES = {
  encoder: [63, 29, 13, 4, 1, 1],
  decoder: [4, 13, 29, 63, 64, 64],
  imageFeatures: [63, 29, 13, 4, 1],
};
const fifths = (count: number): number[] => Array.from({ length: count }, () => 0.2);

// Under batch norm a scale and a shift a map.
const PINNED: Readonly<Record<ImageNetworkId, Pinned>> = {
  svhn: {
    sizes: SMALL,
    counts: {
      // 25·3·32 + 16·32·64 + 16·64·128 + 16·128·256 + 16·256·512 = 2,787,680 and 2 · 512·512 weights,
      // 2·(32 + 64 + 128 + 256 + 512 + 512) scales and shifts, 512 biases.
      encoder: 2_787_680 + 524_288 + 3_008 + 512,
      // 16·256·256 + 16·256·128 + 16·128·64 + 16·64·32 + 25·32·32 + 32·32 + 32·3 weights,
      // 2·(256 + 128 + 64 + 32 + 32 + 32) scales and shifts, 32·32·3 biases.
      decoder: 1_763_424 + 1_088 + 3_072,
      imageFeatures: 2_787_680 + 32 + 2 * (64 + 128 + 256 + 512),
      latentFeatures: 256 * 512 + 512 * 512,
      joint: 2 * (1_024 * 1_024 + 1_024) + 1_024 + 1,
    },
    dropout: [fifths(5), fifths(2), fifths(3)],
  },
  cifar10: {
    sizes: SMALL,
    counts: {
      encoder: 2_787_680 + 512 * 512 + 512 * 128 + 3_008 + 128, // as SVHN's, with 128 outputs
      decoder: 1_763_424 - 16 * 256 * (256 - 64) + 1_088 + 3_072, // as SVHN's, from 64
      // Twice SVHN's weights, and a bias for each place and filter: 28²·64 + 13²·128 + 10²·256 + 4²·512 + 1,024.
      imageFeatures: 2 * 2_787_680 + 106_624,
      latentFeatures: 64 * 1_024 + 512 * 1_024,
      joint: 2 * (1_024 * 2_048 + 2_048) + 1_024 + 1,
    },
    dropout: [
      [0.2, 0.5, 0.5, 0.5, 0.5],
      [0.2, 0.5],
      [0.5, 0.5, 0.5],
    ],
  },
  "cifar10-code": {
    sizes: SMALL,
    counts: {
      encoder: 3_118_496,
      decoder: 981_152,
      // 25·3·32 + 16·16·64 + 16·32·128 + 16·64·256 + 16·128·512 weights, half as many biases as in the table's reading.
      imageFeatures: 1_395_040 + 106_624 / 2,
      latentFeatures: 64 * 512 + 256 * 512,
      joint: 2 * (512 * 1_024 + 1_024) + 512 + 1,
    },
    dropout: [
      [0.2, 0.5, 0, 0, 0.5],
      [0.2, 0.5],
      [0.5, 0.5, 0.5],
    ],
  },
  celeba: {
    sizes: FACES,
    counts: {
      // 4·3·64 + 49·64·128 + 25·128·256 + 49·256·256 + 16·256·512 = 6,529,792 and 512·512 weights,
      // 2·(64 + 128 + 256 + 256 + 512) scales and shifts, 512 biases.
      encoder: 6_529_792 + 262_144 + 2_432 + 512,
      // 16·256·512 + 49·512·256 + 25·256·256 + 49·256·128 + 4·128·64 + 64·3 weights, 64·64·3 biases.
      decoder: 11_796_672 + 2_432 + 12_288,
      imageFeatures: 6_529_792 + 2_432,
      latentFeatures: 256 * 1_024 + 1_024 * 1_024,
      joint: 1_536 * 2_048 + 2_048 * 2_048 + 2 * 2_048 + 2_048 + 1,
    },
    dropout: [[0, 0, 0, 0, 0], fifths(2), fifths(3)],
  },
  "celeba-code": {
    sizes: FACES,
    counts: {
      encoder: 6_794_880,
      decoder: 11_811_392,
      imageFeatures: 6_529_792 + 2_432 - 64, // 64 biases for 64 scales and shifts
      latentFeatures: 1_310_720,
      joint: 7_346_177,
    },
    dropout: [fifths(5), fifths(2), fifths(3)],
  },
  "tiny-imagenet": {
    sizes: {
      encoder: [31, 28, 13, 10, 4, 1, 1, 1, 1],
      decoder: [1, 1, 4, 10, 13, 28, 31, 64, 64],
      imageFeatures: [31, 28, 13, 10, 4, 1],
    },
    counts: {
      // 16·(3·64 + 64·64 + 64·128 + 128·128 + 128·256 + 256·256) = 2,034,688 weights, and 256·2048 + 2048·2048 + 2048·512,
      // 2·(64 + 64 + 128 + 128 + 256 + 256 + 2048 + 2048) scales and shifts, 512 biases.
      encoder: 2_034_688 + 5_767_168 + 9_984 + 512,
      // 256·2048 + 2048·256 + 16·(256·256 + 256·128 + 128·128 + 128·64 + 64·64 + 64·64) + 64·3 weights,
      // 2·(2048 + 256 + 256 + 128 + 128 + 64 + 64 + 64) scales and shifts, 64·64·3 biases.
      decoder: 3_145_920 + 6_016 + 12_288,
      imageFeatures: 2_034_688 + 64 + 2 * (64 + 128 + 128 + 256 + 256),
      latentFeatures: 256 * 2_048 + 2_048 * 2_048 + 2 * 2_048,
      joint: 2_304 * 4_096 + 4_096 * 4_096 + 2 * 4_096 + 4_096 + 1,
    },
    dropout: [fifths(6), fifths(2), fifths(3)],
  },
};

const heights = (table: ConvolutionalTable): number[] => mapSizes(table).map(([height]) => height);
const maps = (table: ConvolutionalTable): number => mapSizes(table).at(-1)![2];

function assertFit({ encoder, decoder, imageFeatures, latentFeatures, joint }: ImageNetworks): void {
  assert.deepEqual(mapSizes(decoder).at(-1), encoder.input);
  assert.deepEqual(imageFeatures.input, encoder.input);
  assert.deepEqual(latentFeatures.input, decoder.input);
  assert.deepEqual(mapSizes(encoder).at(-1), [1, 1, 2 * decoder.input[2]]); // (μ, log σ)
  assert.deepEqual(joint.input, [1, 1, maps(imageFeatures) + maps(latentFeatures)]);
  assert.deepEqual(mapSizes(joint).at(-1), [1, 1, 1]);
}

for (const [id, { sizes, counts, dropout }] of Object.entries(PINNED) as [ImageNetworkId, Pinned][])
  describe(`the networks of ${id}`, () => {
    const networks = IMAGE_NETWORKS[id];

    test("close: every map has the size that the paper's table implies", () => {
      for (const name of ["encoder", "decoder", "imageFeatures"] as const)
        assert.deepEqual(heights(networks[name]), sizes[name], name);
      assertFit(networks);
    });

    test("have the pinned numbers of parameters", () => {
      for (const [name, count] of Object.entries(counts))
        assert.equal(parameterCount(convolutionalParameters(networks[name as keyof ImageNetworks])), count, name);
    });

    test("drop out in the discriminator alone, each row's input at its rate", () => {
      const rates = (table: ConvolutionalTable): number[] => table.rows.map((row) => row[5]);
      const { imageFeatures, latentFeatures, joint } = networks;
      assert.deepEqual([imageFeatures, latentFeatures, joint].map(rates), dropout);
      for (const table of [networks.encoder, networks.decoder]) for (const rate of rates(table)) assert.equal(rate, 0);
    });

    test("are what the paper's settings build", () => assert.deepEqual(networksOf(PAPER_SETTINGS[id]), networks));

    test("fit when narrowed, rows and kernels as they were", () => {
      const quarter = narrowed(networks, 0.25, 7);
      assertFit(quarter);
      for (const name of ["encoder", "decoder", "imageFeatures"] as const)
        assert.deepEqual(heights(quarter[name]), sizes[name], name);
      assert.deepEqual(
        quarter.imageFeatures.rows.map((row) => row[3]),
        networks.imageFeatures.rows.map((row) => row[3] / 4),
      );
      assertFit(narrowed(networks, 1e-6, 1)); // one map a row
    });
  });

test("only the code's reading of CIFAR10 drops out before a maxout, the third", () => {
  for (const [id, networks] of Object.entries(IMAGE_NETWORKS)) {
    const before = Object.values(networks).flatMap((table: ConvolutionalTable) =>
      table.rows.flatMap((row, i) => (row[7] ? [`${table.name}/${i + 1} ${row[7]}`] : [])),
    );
    assert.deepEqual(before, id === "cifar10-code" ? ["image-features/3 0.5"] : [], id);
  }
});

test("dropout is scaled on its own, before a maxout too", () => {
  for (const [network, networks] of Object.entries(IMAGE_NETWORKS) as [ImageNetworkId, ImageNetworks][]) {
    const settings = { ...PAPER_SETTINGS[network], dropoutFactor: 0.5 };
    for (const [name, { rows }] of Object.entries(networksOf(settings)) as [keyof ImageNetworks, ConvolutionalTable][])
      assert.deepEqual(
        rows.map(([op, kernel, stride, features, batchNorm, rate, ...rest]) => [
          ...[op, kernel, stride, features, batchNorm, 2 * rate],
          ...rest.map((value) => (typeof value === "number" ? 2 * value : value)),
        ]),
        networks[name].rows,
      );
  }
  for (const dropoutFactor of [-1, 1.5, Number.NaN])
    assert.throws(
      () => networksOf({ ...PAPER_SETTINGS.svhn, dropoutFactor }),
      /a dropout factor of .*: it is from 0 to 1/,
    );
});

test("widths that cannot be are refused", () => {
  for (const factor of [0, -1, 1.5, Number.NaN])
    assert.throws(() => narrowed(IMAGE_NETWORKS.svhn, factor, 8), /a width factor of .*: it is above 0 and at most 1/);
  for (const latent of [0, 1.5]) assert.throws(() => narrowed(IMAGE_NETWORKS.svhn, 1, latent), /latent dimensions/);
});
