import { normalisedUnits } from "../../../harness/nn/mlp.ts";
import { parityTests } from "../testing/parity-tests.ts";
import { postHocGradients, postHocGroups } from "./model.ts";
import { paper } from "./networks.ts";

parityTests("Post-hoc inference", {
  fixtures: new URL("./fixtures/", import.meta.url),
  inputs: ["x", "z", "epsilon"],
  outputs: ["q", "p", "zHat", "xTilde"],
  groups: postHocGroups(paper),
  layers: normalisedUnits(paper.encoder).map((units, i) => ({ name: `encoder/${i + 1}`, units })),
  gradients: (ops, state, inputs) => postHocGradients(paper, ops, state, inputs),
});
