/** The protocol, field by field: training as for all images, then what conditioning adds. */
import type { Plan, ProtocolField } from "../../harness/contract/suite.ts";
import type { SettingsOf } from "../../harness/contract/suite-definition.ts";
import { imageProtocol } from "../shared/images/protocol.ts";
import type { Settings } from "./plan.ts";

export const conditionalProtocol = (plan: Plan, settingsOf: SettingsOf<Settings>): readonly ProtocolField[] => [
  ...imageProtocol(plan, settingsOf),
  {
    field: "Attributes",
    paper: "a linear embedding of y is given to the encoder, the decoder and the discriminator",
    code: "256 numbers, beside the encoder's last hidden layer, z, and [D(x), D(z)]",
    ours: "the code's",
    why: null,
  },
  {
    field: "The embedding's parameters",
    paper: null,
    code: "N(0, 0.01²), in neither update, so that they stay there",
    ours: "two readings: they learn, or they stay",
    why: "the code's is hardly meant",
  },
  {
    field: "Pairs of x and y",
    paper: "x and y drawn independently, as printed: q(x) · p(y)",
    code: "each image with its own y, in both pairs",
    ours: "the code's",
    why: "independent draws would teach the discriminator nothing of y",
    sourcesDiffer: true,
  },
  {
    field: "Attributes of the figure that are not named",
    paper: null,
    code: null,
    ours: "0",
    why: "the caption names what each row and column has, and nothing else",
  },
];
