import { normalisedUnits } from "../../../harness/nn/mlp.ts";
import { parityTests } from "../testing/parity-tests.ts";
import { aliGradients, aliGroups } from "./model.ts";
import { paper } from "./networks.ts";

parityTests("ALI", {
  fixtures: new URL("./fixtures/", import.meta.url),
  inputs: ["x", "z", "epsilon"],
  outputs: ["q", "p", "zHat", "xTilde"],
  groups: aliGroups(paper),
  layers: [paper.encoder, paper.decoder].flatMap((table) =>
    normalisedUnits(table).map((units, i) => ({ name: `${table.name}/${i + 1}`, units })),
  ),
  gradients: (ops, state, inputs) => aliGradients(paper, ops, state, inputs),
});
