/** Networks of the learned inverse mapping: ALI's encoder and, frozen, the decoder that the GAN shares with ALI. */
import type { MlpTable } from "../../../harness/nn/mlp.ts";
import * as ali from "../ali/networks.ts";

export interface InverseNetworks {
  /** [x, ε] → ẑ */
  readonly encoder: MlpTable;
  /** z → x̃, not trained */
  readonly decoder: MlpTable;
}

export const paper: InverseNetworks = { encoder: ali.paper.encoder, decoder: ali.paper.decoder };
export const quick: InverseNetworks = { encoder: ali.quick.encoder, decoder: ali.quick.decoder };
export const smoke: InverseNetworks = { encoder: ali.smoke.encoder, decoder: ali.smoke.decoder };

export const NETWORKS = { paper, quick, smoke };
