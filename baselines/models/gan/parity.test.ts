import { normalisedUnits } from "../../../harness/nn/mlp.ts";
import { parityTests } from "../testing/parity-tests.ts";
import { ganGradients, ganGroups } from "./model.ts";
import { paper } from "./networks.ts";

parityTests("GAN", {
  fixtures: new URL("./fixtures/", import.meta.url),
  inputs: ["x", "z"],
  outputs: ["q", "p", "xTilde"],
  groups: ganGroups(paper),
  layers: normalisedUnits(paper.decoder).map((units, i) => ({ name: `decoder/${i + 1}`, units })),
  gradients: (ops, state, inputs) => ganGradients(paper, ops, state, inputs),
});
