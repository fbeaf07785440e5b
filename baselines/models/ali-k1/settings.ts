import { type ImageScale, type ImageSettings, PAPER_SETTINGS } from "../image-settings.ts";
import { type ImprovedGanSettings, RELEASE } from "../improved-gan-settings.ts";

interface TestTimeSettings {
  /** Draws of ẑ that class probabilities are a mean over, in the way to classify that samples. */
  readonly testDraws: number;
}
/** D is ALI's printed one with an output a class. */
export interface PrintedSettings extends ImageSettings, ImageScale, TestTimeSettings {
  readonly reading: "printed";
  readonly network: "svhn" | "cifar10" | "cifar10-code";
}
/** D is openai/improved-gan's with z joined; encoder and decoder are ALI's printed ones. */
export interface JoinedSettings extends ImprovedGanSettings, Pick<ImageScale, "latent">, TestTimeSettings {
  readonly reading: "improved-gan";
  /** Of encoder and decoder; `initialSd` is the discriminator's. */
  readonly coders: Pick<ImageSettings, "initialSd" | "batchNormEpsilon">;
}
export type AliK1Settings = PrintedSettings | JoinedSettings;

const TEST_DRAWS = 10;
const printed = <Network extends PrintedSettings["network"]>(network: Network): PrintedSettings => {
  const { batchSize: _, ...settings } = PAPER_SETTINGS[network];
  return { ...settings, reading: "printed", network, testDraws: TEST_DRAWS };
};
const joined = (network: JoinedSettings["network"]): JoinedSettings => {
  const { initialSd, batchNormEpsilon } = PAPER_SETTINGS[network];
  return {
    ...RELEASE[network],
    reading: "improved-gan",
    coders: { initialSd, batchNormEpsilon },
    testDraws: TEST_DRAWS,
  };
};

/** ALI's hyperparameters as printed. CIFAR10's maxout and dropout by the table, or by the authors' code. */
export const PRINTED: Readonly<Record<PrintedSettings["network"], PrintedSettings>> = {
  svhn: printed("svhn"),
  cifar10: printed("cifar10"),
  "cifar10-code": printed("cifar10-code"),
};
/** openai/improved-gan's recipe for all parameters. */
export const JOINED: Readonly<Record<JoinedSettings["network"], JoinedSettings>> = {
  svhn: joined("svhn"),
  cifar10: joined("cifar10"),
};
