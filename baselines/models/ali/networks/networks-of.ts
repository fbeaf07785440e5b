import type { ImageNetworkId, ImageScale } from "../../image-settings.ts";
import { celeba, celebaCode } from "./celeba.ts";
import { cifar10, cifar10Code } from "./cifar10.ts";
import type { ImageNetworks } from "./image-networks.ts";
import { narrowed } from "./narrowed.ts";
import { svhn } from "./svhn.ts";
import { tinyImagenet } from "./tiny-imagenet.ts";

/** The printed tables; `…-code` where the authors' code departs from them. */
export const IMAGE_NETWORKS: Readonly<Record<ImageNetworkId, ImageNetworks>> = {
  svhn,
  cifar10,
  "cifar10-code": cifar10Code,
  celeba,
  "celeba-code": celebaCode,
  "tiny-imagenet": tinyImagenet,
};

/** The networks that settings ask for. @throws RangeError as `narrowed`. */
export function networksOf({ network, widthFactor, latent }: ImageScale): ImageNetworks {
  const printed = IMAGE_NETWORKS[network];
  return narrowed(printed, widthFactor, latent ?? printed.decoder.input[2]);
}
