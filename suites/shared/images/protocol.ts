/** The protocol of training on images, field by field: the paper's tables, the authors' code, and ours. */
import type { Plan, ProtocolField } from "../../../harness/contract/suite.ts";
import type { SettingsOf } from "../../../harness/contract/suite-definition.ts";
import { PAPER_EPOCHS } from "./budgets.ts";
import type { ImageRunSettings } from "./settings.ts";

/** The settings that the protocol prints. */
type Printed = Pick<
  ImageRunSettings,
  "data" | "widthFactor" | "dropoutFactor" | "batchSize" | "learningRate" | "beta1" | "beta2" | "initialSd"
>;

/** Of the runs of a plan that train ALI; each distinct value once. */
export function imageProtocol({ profile, runs }: Plan, settingsOf: SettingsOf<Printed>): readonly ProtocolField[] {
  const settings = runs.map(settingsOf);
  const all = (of: (one: Printed) => string | number): string => [...new Set(settings.map(of))].join(", ") || "—";
  const literal = profile === "paper";
  const reduced = literal ? null : "a reduced budget: see its scope";
  const differs = literal ? {} : ({ oursDiffers: true } as const);
  return [
    {
      field: "Images",
      paper: "SVHN (extra), CIFAR10, CelebA 64 × 64, ImageNet 64 × 64",
      code: "the same; CIFAR10 0 to 44,999, CelebA 0 to 162,769",
      ours: all(({ data }) => data),
      why: reduced,
      ...differs,
    },
    {
      field: "Networks",
      paper: "tables of the appendix",
      code: "the same; CIFAR10 halves its maxout features, CelebA's discriminator has dropout and no batch norm first",
      ours: `the tables, features × ${all(({ widthFactor }) => widthFactor)}`,
      why: reduced ?? "the code's networks are a reading",
      sourcesDiffer: true,
      ...differs,
    },
    {
      field: "Training",
      paper: `${Object.values(PAPER_EPOCHS).join(", ")} epochs (CIFAR10, SVHN, CelebA, Tiny ImageNet)`,
      code: "the same; Tiny ImageNet 1,000",
      ours: `${[...new Set(runs.map(({ updates }) => updates.toLocaleString("en")))].join(", ")} updates`,
      why: reduced ?? "epochs of the training images that are here",
      sourcesDiffer: true,
      ...differs,
    },
    {
      field: "Batch size",
      paper: "100; Tiny ImageNet 128",
      code: "the same",
      ours: all(({ batchSize }) => batchSize),
      why: reduced,
      ...differs,
    },
    {
      field: "Adam",
      paper: "α 1e-4, β1 0.5, β2 printed as 1e-3",
      code: "α 1e-4, β1 0.5, β2 0.999",
      ours: `α ${all(({ learningRate }) => learningRate)}, β1 ${all(({ beta1 }) => beta1)}, β2 ${all(({ beta2 }) => beta2)}`,
      why: reduced ?? "the printed β2 is 1 − β2",
      sourcesDiffer: true,
      ...differs,
    },
    {
      field: "Initial weights",
      paper: null,
      code: "N(0, 0.01²), biases 0; output biases at the log-odds of the mean of 500 training images",
      ours: `N(0, ${all(({ initialSd }) => initialSd)}²), the rest the same`,
      why: reduced,
      ...differs,
    },
    {
      field: "Dropout and biases",
      paper: "dropout in the discriminator's rows",
      code: "on the inputs of those rows; encoder and decoder outputs have a bias a position and channel",
      ours: `the code's; rates × ${all(({ dropoutFactor = 1 }) => dropoutFactor)}`,
      why: reduced,
      ...differs,
    },
    {
      field: "The last minibatch of an epoch",
      paper: null,
      code: "what is left",
      ours: "what is left, unless it is a single image",
      why: "batch norm has no variance of one image",
    },
    {
      field: "Held-out images",
      paper: "validation set",
      code: "CIFAR10 45,000 to 49,999, CelebA 162,770 to 182,636; SVHN's train monitors",
      ours: "the validation split; of SVHN the last 10,000 of train",
      why: "the same rows as the choice of C",
    },
  ];
}
