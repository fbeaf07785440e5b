/** What the harness must notice, as claims: a sound arm and a faulty one must be told apart, two sound ones must not. */
import type { Claim, Quantity } from "../../harness/contract/claims.ts";
import type { CheckId } from "./checks.ts";
import type { FAULTY_MODELS } from "./faults/faulty-models.ts";
import { type MetricKey, QUANTITIES } from "./metrics.ts";

const PLACE = "a control of this harness, not a claim of the paper";
const base = { place: PLACE, axis: "run", family: "controls" } as const;

export type TrainedArm = "ali" | "ali-other-seeds" | keyof typeof FAULTY_MODELS;
export type Arm = TrainedArm | CheckId;

/** Each planted fault: what it is set beside, and the quantity that it has to be seen in. */
interface Seen {
  readonly fault: Arm;
  readonly sound: Arm;
  readonly quantity: Quantity<MetricKey>;
  readonly words: string;
}
const { share3sd, modes, reconstructionError, lossFromEquilibrium, fromBayes, flagged } = QUANTITIES;
const toy = (fault: Arm, quantity: Quantity<MetricKey>, words: string): Seen => ({
  fault,
  sound: "ali",
  quantity,
  words,
});

export const SEEN: readonly Seen[] = [
  toy("encoder-cut", share3sd, "an encoder without a gradient"),
  toy("blind-discriminator", reconstructionError, "a discriminator that is blind to z"),
  toy("batch-norm-mode", modes, "batch norm that is evaluated with the statistics of the start"),
  toy("learning-rate-tenfold", lossFromEquilibrium, "a learning rate ten times too large"),
  toy("betas-swapped", share3sd, "β1 and β2 of Adam swapped"),
  toy("generator-sign", share3sd, "a generator that descends what it should ascend"),
  { fault: "labels-shuffled", sound: "classifier", quantity: fromBayes, words: "shuffled labels" },
  {
    fault: "leaked-label",
    sound: "classifier",
    quantity: fromBayes,
    words: "a test label that leaked into the features",
  },
  { fault: "truncated-file", sound: "whole-file", quantity: flagged, words: "a data file whose end is missing" },
  { fault: "stuck-seed", sound: "seeds", quantity: flagged, words: "a seed that does not change" },
  { fault: "reversed-direction", sound: "direction", quantity: flagged, words: "a metric whose direction is reversed" },
  { fault: "three-sd-as-sd", sound: "printed-bar", quantity: flagged, words: "a bar of three SDs read as one SD" },
];

/** A sound arm is better in its quantity; a fault of the harness's own input is noticed where a sound one is not. */
const armsOf = ({ fault, sound, quantity }: Seen): readonly [greater: Arm, lesser: Arm] =>
  quantity === flagged || quantity.better === "lower" ? [fault, sound] : [sound, fault];

export const CLAIMS: readonly Claim<Arm, MetricKey>[] = [
  ...SEEN.map(
    (seen): Claim<Arm, MetricKey> => ({
      ...base,
      kind: "ordering",
      id: `sees-${seen.fault}`,
      statement: `The harness sees ${seen.words}.`,
      quantity: seen.quantity,
      arms: armsOf(seen),
      published: null,
      design: "paired",
    }),
  ),
  {
    ...base,
    kind: "gap",
    id: "a-a",
    family: "controls, nothing changed",
    statement: "ALI and ALI with other seeds are the same.",
    quantity: share3sd,
    arms: ["ali", "ali-other-seeds"],
    published: {
      id: "controls/a-a",
      place: PLACE,
      unit: "share",
      mean: 0,
      spread: { kind: "none" },
      n: null,
      axis: "run",
    },
    margin: { value: 0.05, reason: "one sample in twenty, as in toy-modes" },
    design: "unpaired",
  },
];
