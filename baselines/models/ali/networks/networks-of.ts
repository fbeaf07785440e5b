import type { ImageNetworkId, ImageScale } from "../../image-settings.ts";
import { celeba, celebaCode } from "./celeba.ts";
import { cifar10, cifar10Code } from "./cifar10.ts";
import type { ImageNetworks } from "./image-networks.ts";
import { narrowed, withDropout } from "./narrowed.ts";
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

/** The networks that settings ask for. @throws RangeError as `narrowed` and `withDropout`. */
export function networksOf({ network, widthFactor, dropoutFactor = 1, latent }: ImageScale): ImageNetworks {
  const printed = IMAGE_NETWORKS[network];
  return withDropout(narrowed(printed, widthFactor, latent ?? printed.decoder.input[2]), dropoutFactor);
}
