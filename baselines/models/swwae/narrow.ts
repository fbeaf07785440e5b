/** For tests: two stages of few maps on images of 8 × 8 × 2. */
import { swwaeNetwork } from "./networks.ts";

export const narrow = swwaeNetwork(
  [8, 8, 2],
  [
    [5, 4, 2],
    [3, 5, 4],
  ],
  3,
);
