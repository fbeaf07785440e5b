import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import * as tf from "@tensorflow/tfjs-core";
import type { Engine, EngineId } from "./engine.ts";
import { openEngine } from "./open.ts";
import { standardNormal } from "./stateless-normal.ts";
import { installFolder, verifyInstall } from "./tensorflow/install/provision.ts";

const notInstalled = await verifyInstall().then(
  () => false as const,
  (error: Error) => error.message,
);
const open = (requested?: EngineId): Promise<Engine> => openEngine({ requested, provision: false });

/** Opens an engine with another cache folder, which `prepare` may fill. */
async function openWithCache(
  requested: EngineId | undefined,
  prepare: (cache: string) => void = () => {},
): Promise<Engine> {
  const cache = mkdtempSync(join(tmpdir(), "open-test-"));
  after(() => rmSync(cache, { recursive: true, force: true }));
  prepare(cache);
  const before = process.env.ALI_CACHE;
  process.env.ALI_CACHE = cache;
  try {
    return await open(requested);
  } finally {
    if (before === undefined) delete process.env.ALI_CACHE;
    else process.env.ALI_CACHE = before;
  }
}

describe("the choice of an engine", () => {
  it("is wasm, with the reason, when tensorflow is not installed", async () => {
    const engine = await openWithCache(undefined);
    assert.equal(engine.class, "wasm");
    assert.match(engine.reason, /tensorflow is not there \(.*npm run engine install/);
  });
  it("is an error when tensorflow is requested and not installed", () =>
    assert.rejects(openWithCache("tensorflow"), /not installed in .*npm run engine install.*--engine wasm/));
  it("is an error, not another engine, when tensorflow is installed and damaged", () =>
    assert.rejects(
      openWithCache(undefined, (cache) => {
        const folder = installFolder("cpu", cache);
        mkdirSync(folder, { recursive: true });
        const files = [{ path: "tfjs_binding.node", sizeBytes: 7, sha256: "" }];
        const manifest = { variant: "cpu", libtensorflow: "2.21.0", tfjsNode: "4.22.0", folder, wheels: [], files };
        writeFileSync(join(folder, "manifest.json"), JSON.stringify(manifest));
      }),
      /is damaged: tfjs_binding.node is missing. Run "npm run engine install"/,
    ));
  it("is tensorflow when it is installed", { skip: notInstalled }, async () => {
    const engine = await open();
    assert.equal(engine.id, "tensorflow");
    assert.deepEqual(Object.keys(engine.versions), ["tfjs-core", "tfjs-node-gpu", "libtensorflow"]);
  });
});

for (const id of ["tensorflow", "wasm", "cpu"] as const)
  describe(`the ${id} engine`, { skip: id === "tensorflow" && notInstalled }, () => {
    it("is the backend of the one tfjs-core that everybody imports", async () => {
      await open(id);
      const require = createRequire(import.meta.url);
      assert.equal(tf.getBackend(), id);
      const packages = [
        "@tensorflow/tfjs-core",
        "@tensorflow/tfjs",
        ...(id === "tensorflow" ? ["@tensorflow/tfjs-node-gpu"] : []),
      ];
      for (const name of packages) {
        const other = require(name) as typeof tf;
        assert.equal(other.engine(), tf.engine(), name);
        assert.equal(other.Tensor, tf.Tensor, name);
      }
    });

    it("draws the same normals as the published algorithm", async () => {
      const { ops } = await open(id);
      for (const [key, shape] of [
        [[0, 0], [7]],
        [
          [1, -1],
          [100, 3],
        ],
        [[-2147483648, 2147483647], [1001]],
      ] as const) {
        const normals = tf.tidy(() => ops.randomNormal(shape, tf.tensor1d([...key], "int32")).dataSync<"float32">());
        const expected = standardNormal(normals.length, key);
        const difference = Math.max(...expected.map((x, i) => Math.abs(x - normals[i]!)));
        assert.ok(difference < 2e-6, `key ${key}: ${difference}`);
      }
    });

    it("has gradients, and leaves no tensor behind", async () => {
      const { ops } = await open(id);
      const x = tf.tensor2d([0.5, -1, 2, 1], [2, 2]);
      const one = tf.ones([2]) as tf.Tensor1D;
      const step = (): number =>
        tf.tidy(() => {
          const loss = (x: tf.Tensor): tf.Tensor => {
            const linear = ops.addBias(ops.matMul(x as tf.Tensor2D, x as tf.Tensor2D), one);
            const { y } = ops.batchNormRelu(linear, one, one, 1e-4);
            return tf.mean(tf.softplus(ops.maxout(y, 2)));
          };
          ops.randomNormal([3], tf.tensor1d([1, 2], "int32"));
          return tf.sum(tf.abs(tf.grad(loss)(x))).dataSync()[0]!;
        });
      const before = tf.memory().numTensors;
      assert.equal(Boolean(step() > 0), true);
      assert.equal(tf.memory().numTensors, before);
      tf.dispose([x, one]);
    });
  });

describe("threads of the tensorflow engine", { skip: notInstalled }, () => {
  it("are set for libtensorflow, which reads them when it loads", async () => {
    await open("tensorflow");
    assert.deepEqual([process.env.TF_NUM_INTRAOP_THREADS, process.env.TF_NUM_INTEROP_THREADS], ["1", "1"]);
  });
});
