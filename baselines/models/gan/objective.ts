/**
 * The GAN of the toy is trained by the same two losses as ALI, on D(x) and D(x̃) instead of pairs:
 * q = D(x), p = D(x̃) with x̃ = Gx(z).
 */
export { discriminatorLoss, generatorLoss, halves, LOSSES, type Logits } from "../ali/objective.ts";
