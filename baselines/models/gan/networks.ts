/** Networks of the toy's GAN: ALI's decoder, and ALI's discriminator on x alone. */
import type { MlpTable } from "../../../harness/nn/mlp.ts";
import * as ali from "../ali/networks.ts";

export interface GanNetworks {
  readonly decoder: MlpTable;
  readonly discriminator: MlpTable;
}

// biome-ignore format: one line is one row of the network
export const paper: GanNetworks = {
  decoder: ali.paper.decoder,
  discriminator: { name: "discriminator", input: 2, rows: [
    // units  batch norm  nonlinearity  pieces
    [  200,   false,      "maxout",     5],
    [  200,   false,      "maxout",     5],
    [  200,   false,      "maxout",     5],
    [    1,   false,      "linear",     1],
  ] },
};

// biome-ignore format: one line is one row of the network
export const quick: GanNetworks = {
  decoder: ali.quick.decoder,
  discriminator: { name: "discriminator", input: 2, rows: [
    [   64,   false,      "maxout",     5],
    [   64,   false,      "maxout",     5],
    [   64,   false,      "maxout",     5],
    [    1,   false,      "linear",     1],
  ] },
};

// biome-ignore format: one line is one row of the network
export const smoke: GanNetworks = {
  decoder: ali.smoke.decoder,
  discriminator: { name: "discriminator", input: 2, rows: [
    [    8,   false,      "maxout",     5],
    [    8,   false,      "maxout",     5],
    [    8,   false,      "maxout",     5],
    [    1,   false,      "linear",     1],
  ] },
};

export const NETWORKS = { paper, quick, smoke };
