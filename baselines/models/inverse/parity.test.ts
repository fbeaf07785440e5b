import { normalisedUnits } from "../../../harness/nn/mlp.ts";
import { parityTests } from "../testing/parity-tests.ts";
import { inverseGradients, inverseGroups } from "./model.ts";
import { paper } from "./networks.ts";

parityTests("Learned inverse mapping", {
  fixtures: new URL("./fixtures/", import.meta.url),
  inputs: ["z", "epsilon"],
  outputs: ["zHat", "xTilde"],
  groups: inverseGroups(paper),
  layers: normalisedUnits(paper.encoder).map((units, i) => ({ name: `encoder/${i + 1}`, units })),
  gradients: (ops, state, inputs) => inverseGradients(paper, ops, state, inputs),
});
