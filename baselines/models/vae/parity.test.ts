import { normalisedUnits } from "../../../harness/nn/mlp.ts";
import { parityTests } from "../testing/parity-tests.ts";
import { vaeGradients, vaeGroups } from "./model.ts";
import { paper } from "./networks.ts";

parityTests("VAE", {
  fixtures: new URL("./fixtures/", import.meta.url),
  inputs: ["x", "epsilon"],
  outputs: ["mu", "logSigma", "zHat", "xTilde"],
  groups: vaeGroups(paper, "learned"),
  layers: [paper.encoder, paper.decoder].flatMap((table) =>
    normalisedUnits(table).map((units, i) => ({ name: `${table.name}/${i + 1}`, units })),
  ),
  gradients: (ops, state, inputs) => vaeGradients(paper, "learned", ops, state, inputs),
});
