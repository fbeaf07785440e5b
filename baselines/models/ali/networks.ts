/**
 * Networks of the toy experiment ("Importance of learning inference jointly with generation"): the nearest published
 * code (the authors' mixture script), row for row. The `quick` and `smoke` networks are narrower ones of ours.
 */
import type { MlpTable } from "../../../harness/nn/mlp.ts";

export interface ToyNetworks {
  /** [x, ε] → ẑ */
  readonly encoder: MlpTable;
  /** z → x̃ */
  readonly decoder: MlpTable;
  /** [x, z] → logit */
  readonly discriminator: MlpTable;
}

// biome-ignore format: one line is one row of the network
export const paper: ToyNetworks = {
  encoder: { name: "encoder", input: 4, rows: [
    // units  batch norm  nonlinearity  pieces
    [  400,   true,       "relu",       1],
    [  400,   true,       "relu",       1],
    [    2,   false,      "linear",     1],
  ] },
  decoder: { name: "decoder", input: 2, rows: [
    [  400,   true,       "relu",       1],
    [  400,   true,       "relu",       1],
    [  400,   true,       "relu",       1],
    [  400,   true,       "relu",       1],
    [    2,   false,      "linear",     1],
  ] },
  discriminator: { name: "discriminator", input: 4, rows: [
    [  200,   false,      "maxout",     5],
    [  200,   false,      "maxout",     5],
    [  200,   false,      "maxout",     5],
    [    1,   false,      "linear",     1],
  ] },
};

// biome-ignore format: one line is one row of the network
export const quick: ToyNetworks = {
  encoder: { name: "encoder", input: 4, rows: [
    [   64,   true,       "relu",       1],
    [   64,   true,       "relu",       1],
    [    2,   false,      "linear",     1],
  ] },
  decoder: { name: "decoder", input: 2, rows: [
    [   64,   true,       "relu",       1],
    [   64,   true,       "relu",       1],
    [   64,   true,       "relu",       1],
    [   64,   true,       "relu",       1],
    [    2,   false,      "linear",     1],
  ] },
  discriminator: { name: "discriminator", input: 4, rows: [
    [   64,   false,      "maxout",     5],
    [   64,   false,      "maxout",     5],
    [   64,   false,      "maxout",     5],
    [    1,   false,      "linear",     1],
  ] },
};

// biome-ignore format: one line is one row of the network
export const smoke: ToyNetworks = {
  encoder: { name: "encoder", input: 4, rows: [
    [    8,   true,       "relu",       1],
    [    8,   true,       "relu",       1],
    [    2,   false,      "linear",     1],
  ] },
  decoder: { name: "decoder", input: 2, rows: [
    [    8,   true,       "relu",       1],
    [    8,   true,       "relu",       1],
    [    8,   true,       "relu",       1],
    [    8,   true,       "relu",       1],
    [    2,   false,      "linear",     1],
  ] },
  discriminator: { name: "discriminator", input: 4, rows: [
    [    8,   false,      "maxout",     5],
    [    8,   false,      "maxout",     5],
    [    8,   false,      "maxout",     5],
    [    1,   false,      "linear",     1],
  ] },
};

export const NETWORKS = { paper, quick, smoke };
