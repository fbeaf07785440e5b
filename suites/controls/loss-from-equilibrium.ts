/** How far a training stayed from the equilibrium of the game that it plays. */
import type { Curve } from "../../harness/contract/run.ts";

/**
 * Both losses of ALI, sums over the two kinds of pairs, where the discriminator says 1/2 to each: −2 ln(1/2), in nats. The
 * value function's, at its optimum (section 2.3 of the paper).
 */
const EQUILIBRIUM = 2 * Math.log(2);

/**
 * Mean distance of the generator's loss from its value at the equilibrium, over the rows of the curve's second half, in nats.
 * @throws RangeError for a curve without such rows
 */
export function lossFromEquilibrium({ generatorLoss = [] }: Curve): number {
  const late = generatorLoss.slice(generatorLoss.length >> 1).filter((loss) => loss !== null);
  if (late.length === 0) throw new RangeError("a learning curve without losses of the generator");
  return late.reduce((sum, loss) => sum + Math.abs(loss - EQUILIBRIUM), 0) / late.length;
}
