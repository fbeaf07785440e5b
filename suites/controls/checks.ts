/** Controls that train nothing: a sound input and a faulty one through the same part of the harness. */
import { join } from "node:path";
import * as tf from "@tensorflow/tfjs-core";
import { readBinaryBatch } from "../../datasets/formats/cifar-batch.ts";
import { judgeChange } from "../../harness/compare/judge-change.ts";
import type { PointClaim, PublishedValue, Quantity } from "../../harness/contract/claims.ts";
import type { RunContext } from "../../harness/contract/suite.ts";
import { standardNormal } from "../../harness/engine/stateless-normal.ts";
import { HarnessError } from "../../harness/errors.ts";
import { temporaryFolder } from "../../harness/files/temporary-folder.ts";
import type { Words2 } from "../../harness/random/philox.ts";
import { Stream } from "../../harness/random/seeds.ts";
import { normalCdf } from "../../harness/statistics/distributions.ts";
import { gram } from "../../harness/svm/gram.ts";
import { solvePath } from "../../harness/svm/path.ts";
import { countErrors, stackClassifiers } from "../../harness/svm/predict.ts";
import { weights } from "../../harness/svm/weights.ts";
import { judge } from "../../harness/verdict/judge.ts";
import { sameRuns } from "../../harness/verdict/same-runs.ts";
import {
  leakedLabel,
  reversedDirection,
  shuffledLabels,
  stuckSeed,
  threeSdReadAsSd,
  truncatedFile,
} from "./faults/planted.ts";
import type { MetricKey } from "./metrics.ts";

type Given = Pick<RunContext, "engine" | "seed">;
interface Checked {
  readonly metrics: Readonly<Partial<Record<MetricKey, number>>>;
  /** Some of the random input, to distinguish replicates with the same outcome. */
  readonly input?: Float32Array;
}
type Check = (context: Given) => Promise<Checked> | Checked;

/** Two normal classes at ±1 along the first of ten axes: no classifier errs on less than Φ(−1) of the cases. */
const [AXES, DISTANCE, TRAIN, TEST] = [10, 1, 200, 4_000];

interface Cases {
  readonly features: Float32Array;
  readonly labels: Uint8Array;
}
function casesOf(n: number, key: Words2): Cases {
  const features = standardNormal(n * AXES, key);
  const labels = Uint8Array.from({ length: n }, (_, i) => i % 2);
  labels.forEach((label, i) => {
    features[i * AXES]! += label === 1 ? DISTANCE : -DISTANCE;
  });
  return { features, labels };
}

async function fromBayes(
  { engine }: Pick<RunContext, "engine">,
  train: Cases,
  test: Cases,
  d: number,
): Promise<Checked> {
  const [solution] = solvePath(gram(train.features, TRAIN, d), train.labels, 2, [0.1]);
  const classifiers = stackClassifiers([weights(solution!, train.features, TRAIN, d)], d, 2);
  const features = tf.tensor2d(test.features, [TEST, d]);
  try {
    const [errors] = await countErrors(engine.ops, features, test.labels, classifiers);
    return { metrics: { fromBayes: 100 * Math.abs(errors! / TEST - normalCdf(-DISTANCE)) } };
  } finally {
    tf.dispose([features, classifiers.w, classifiers.b]);
  }
}
const sets = ({ seed }: Pick<RunContext, "seed">) => ({
  train: casesOf(TRAIN, seed("training cases")),
  test: casesOf(TEST, seed("test cases")),
});

/** A CIFAR-10 batch of five records. */
function batchFile(key: Words2): Uint8Array {
  const stream = new Stream(key);
  return Uint8Array.from({ length: 5 * 3_073 }, (_, at) => stream.below(at % 3_073 === 0 ? 10 : 256));
}
const BATCH_FILE = "data_batch_1.bin";
function isRefused(bytes: Uint8Array): number {
  const folder = temporaryFolder("A file of a control", "controls-", { [BATCH_FILE]: bytes });
  try {
    readBinaryBatch(join(folder.path, BATCH_FILE));
    return 0;
  } catch (error) {
    if (error instanceof HarnessError) return 1;
    throw error;
  } finally {
    folder.remove();
  }
}

/** Five replicates of a model whose weights are a function of their seed. */
function replicatesFlagged(key: Words2, seedOf: (replicate: Words2) => Words2): number {
  const runs = Array.from({ length: 5 }, (_, replicate) => ({
    spec: { model: "a", setting: "only", replicate },
    state: "finished",
    weightsSha256: standardNormal(4, seedOf([key[0] + replicate, key[1]])).join(),
  }));
  return sameRuns(runs) === null ? 0 : 1;
}

const SCORE: Quantity = { metric: "score", label: "score", unit: "SD", better: "higher", worst: null };
const observations = (values: Float32Array, shift: number) =>
  Array.from(values, (value, replicate) => ({ replicate, value: value + shift, finished: true }));
/** With ten runs a side equivalence within it can be shown where the printed SD is 1, and not where it is taken for 3. */
const MARGIN = { value: 1.7, reason: "simulated" };

/** Ten pairs, the candidate worse by four SDs. */
function worseMissed([low, high]: Words2, quantity: Quantity): number {
  const baseline = observations(standardNormal(10, [low, high]), 0);
  const candidate = observations(standardNormal(10, [low, high + 1]), -4);
  const { verdict } = judgeChange([{ slot: "a", setting: "only", quantity, margin: MARGIN, baseline, candidate }]);
  return verdict === "REGRESSED" ? 0 : 1;
}

/** Ten runs of the very population that was printed as 10 ± 3, the bar being three SDs. */
const PRINTED: PublishedValue = {
  id: "controls/printed",
  place: "",
  unit: "SD",
  mean: 10,
  spread: { kind: "3sd", value: 3 },
  n: 10,
  axis: "run",
};
function agreementMissed(key: Words2, published: PublishedValue): number {
  const claim: PointClaim = {
    kind: "point",
    id: "printed",
    statement: "",
    place: "",
    axis: "run",
    family: "printed",
    quantity: SCORE,
    arm: "a",
    published,
    margin: MARGIN,
  };
  const sample = { arm: "a", reading: "only", planned: 10, observations: observations(standardNormal(10, key), 10) };
  const [judgement] = judge([claim], {
    profile: "paper",
    usesPapersData: true,
    readings: ["only"],
    sample: () => sample,
  });
  return judgement!.verdict === "REPRODUCED" ? 0 : 1;
}

const INPUT = 10;
const noticed = (flagged: number, input: Uint8Array | Float32Array): Checked => ({
  metrics: { flagged },
  input: Float32Array.from(input.subarray(0, INPUT)),
});
/** A check on normal numbers drawn from a key. */
const withNormals =
  (purpose: string, flagged: (key: Words2) => number) =>
  ({ seed }: Given): Checked =>
    noticed(flagged(seed(purpose)), standardNormal(INPUT, seed(purpose)));

/** By the names of their arms; each fault stands after what it is set beside. */
export const CHECKS = {
  classifier: (context) => {
    const { train, test } = sets(context);
    return fromBayes(context, train, test, AXES);
  },
  "labels-shuffled": (context) => {
    const { train, test } = sets(context);
    const labels = shuffledLabels(train.labels, new Stream(context.seed("shuffle")));
    return fromBayes(context, { ...train, labels }, test, AXES);
  },
  "leaked-label": (context) => {
    const leaking = ({ features, labels }: Cases): Cases => ({
      features: leakedLabel(features, labels, AXES, 5),
      labels,
    });
    const { train, test } = sets(context);
    return fromBayes(context, leaking(train), leaking(test), AXES + 1);
  },
  "whole-file": ({ seed }) => {
    const file = batchFile(seed("file"));
    return noticed(isRefused(file), file);
  },
  "truncated-file": ({ seed }) => {
    const file = truncatedFile(batchFile(seed("file")), new Stream(seed("cut")));
    return noticed(isRefused(file), file);
  },
  seeds: withNormals("replicates", (key) => replicatesFlagged(key, (replicate) => replicate)),
  "stuck-seed": withNormals("replicates", (key) => replicatesFlagged(key, stuckSeed)),
  direction: withNormals("runs", (key) => worseMissed(key, SCORE)),
  "reversed-direction": withNormals("runs", (key) => worseMissed(key, reversedDirection(SCORE))),
  "printed-bar": withNormals("runs", (key) => agreementMissed(key, PRINTED)),
  "three-sd-as-sd": withNormals("runs", (key) => agreementMissed(key, threeSdReadAsSd(PRINTED))),
} as const satisfies Record<string, Check>;
export type CheckId = keyof typeof CHECKS;
