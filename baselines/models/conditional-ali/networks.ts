import type { ConvolutionalTable } from "../../../harness/nn/convolutional.ts";
import type { MlpTable } from "../../../harness/nn/mlp.ts";
import type { ImageNetworks } from "../ali/networks/image-networks.ts";

/**
 * Whose the linear embedding of the attributes is. "fixed": all networks share one, which is in neither player's update and
 * stays as it started (the authors' code). "trained": encoder, decoder and discriminator each have one of their own, trained
 * with them ("the attributes are linearly embedded in the encoder, decoder and discriminator").
 */
export type Embedding = "trained" | "fixed";

export interface ConditionalNetworks {
  /** Gz(x, y) up to the last hidden layer: x → h */
  readonly encoder: ConvolutionalTable;
  /** The rest of it: [h, embedded y] → (μ, log σ) */
  readonly posterior: ConvolutionalTable;
  /** Gx(z, y): [z, embedded y] → x̃ */
  readonly decoder: ConvolutionalTable;
  /** D(x): x → features */
  readonly imageFeatures: ConvolutionalTable;
  /** D(z): z → features */
  readonly latentFeatures: ConvolutionalTable;
  /** D(x, z, y): both features and embedded y, concatenated → logit */
  readonly joint: ConvolutionalTable;
  /** y → its embedding, for each network that is told it; the same table where they share one. */
  readonly embeddings: Readonly<Record<"encoder" | "decoder" | "discriminator", MlpTable>>;
  readonly latent: number;
}

/** The networks with so many attributes embedded in so many units. */
export function conditioned(
  { encoder, decoder, imageFeatures, latentFeatures, joint }: ImageNetworks,
  { attributes, units, embedding }: { attributes: number; units: number; embedding: Embedding },
): ConditionalNetworks {
  const [hidden, last] = [encoder.rows.slice(0, -1), encoder.rows.at(-1)!];
  const embed = (prefix: string): MlpTable => ({
    name: embedding === "fixed" ? "embedding" : `${prefix}-embedding`,
    input: attributes,
    rows: [[units, false, "linear", 1]],
  });
  const wider = (table: ConvolutionalTable): ConvolutionalTable => {
    const [height, width, channels] = table.input;
    return { ...table, input: [height, width, channels + units] };
  };
  return {
    encoder: { ...encoder, rows: hidden },
    posterior: wider({ ...encoder, name: "posterior", input: [1, 1, hidden.at(-1)![3]], rows: [last] }),
    decoder: wider(decoder),
    imageFeatures,
    latentFeatures,
    joint: wider(joint),
    embeddings: { encoder: embed("encoder"), decoder: embed("decoder"), discriminator: embed("discriminator") },
    latent: decoder.input[2],
  };
}
