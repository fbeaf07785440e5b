/** Networks of the toy's VAE: ALI's shapes, but the encoder sees x alone and gives a density, [μ, log σ]. */
import type { MlpTable } from "../../../harness/nn/mlp.ts";
import * as ali from "../ali/networks.ts";

export interface VaeNetworks {
  /** x → [μ, log σ] */
  readonly encoder: MlpTable;
  /** z → x̃ */
  readonly decoder: MlpTable;
}

// biome-ignore format: one line is one row of the network
export const paper: VaeNetworks = {
  encoder: { name: "encoder", input: 2, rows: [
    // units  batch norm  nonlinearity  pieces
    [  400,   true,       "relu",       1],
    [  400,   true,       "relu",       1],
    [    4,   false,      "linear",     1],
  ] },
  decoder: ali.paper.decoder,
};

// biome-ignore format: one line is one row of the network
export const quick: VaeNetworks = {
  encoder: { name: "encoder", input: 2, rows: [
    [   64,   true,       "relu",       1],
    [   64,   true,       "relu",       1],
    [    4,   false,      "linear",     1],
  ] },
  decoder: ali.quick.decoder,
};

// biome-ignore format: one line is one row of the network
export const smoke: VaeNetworks = {
  encoder: { name: "encoder", input: 2, rows: [
    [    8,   true,       "relu",       1],
    [    8,   true,       "relu",       1],
    [    4,   false,      "linear",     1],
  ] },
  decoder: ali.smoke.decoder,
};

export const NETWORKS = { paper, quick, smoke };
