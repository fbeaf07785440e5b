/**
 * Post-hoc inference plays ALI's game with a decoder that does not move: q = D(x, ẑ) with ẑ = Gz(x, ε), p = D(x̃, z) with
 * x̃ = Gx(z). The second term of the generator's loss is then a constant for the encoder.
 */
export { discriminatorLoss, generatorLoss, halves, LOSSES, type Logits } from "../ali/objective.ts";
