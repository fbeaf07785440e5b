import type { ConvolutionalTable } from "../../../harness/nn/convolutional.ts";
import type { ImageNetworks } from "../ali/networks/image-networks.ts";
import { channels } from "../ali/networks/narrowed.ts";

export interface ImageGanNetworks {
  /** Gx(z): z → x̃ */
  readonly decoder: ConvolutionalTable;
  /** x → features */
  readonly imageFeatures: ConvolutionalTable;
  /** features → logit */
  readonly joint: ConvolutionalTable;
}

/** ALI's networks without the latent side: the joint part is fed with the features of x alone. */
export function withoutLatent({ decoder, imageFeatures, joint }: ImageNetworks): ImageGanNetworks {
  return { decoder, imageFeatures, joint: { ...joint, input: [1, 1, channels(imageFeatures)] } };
}
