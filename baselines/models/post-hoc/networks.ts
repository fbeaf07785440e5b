/** Networks of post-hoc inference: ALI's, row for row; the decoder is a trained GAN's, frozen. */
export { NETWORKS, paper, quick, smoke, type ToyNetworks } from "../ali/networks.ts";
