/** What the paper's theory states, as functions of densities. The checks look for these values by other ways. */
import { type Joint, jensenShannon, mapJoint } from "./joints.ts";

export interface Formulas {
  /** D* at a point with densities q(x,z) and p(x,z). */
  optimalDiscriminator(q: number, p: number): number;
  /** V(D*, G) from the Jensen–Shannon divergence of the joints, in nats. */
  valueAtOptimum(jensenShannon: number): number;
  /** Derivative by each p(x,z) of what the generator minimises when D is optimal. */
  generatorObjectiveSlope(q: Joint, p: Joint): Joint;
  /** What the generator minimises when D is optimal, 0 at its optimum. */
  generatorObjective(q: Joint, p: Joint): number;
}

export const PAPER: Formulas = {
  // D*(x,z) = q(x,z) / (q(x,z) + p(x,z))
  optimalDiscriminator: (q, p) => q / (q + p),
  // V(D*, G) = 2 JSD(q ‖ p) − 2 log 2
  valueAtOptimum: (divergence) => 2 * divergence - 2 * Math.LN2,
  // JSD = ½ Σ q log(q/m) + ½ Σ p log(p/m), m = (q+p)/2; its derivative by p is ½ log(p/m)
  generatorObjectiveSlope: (q, p) => mapJoint(p, (pi, i) => 0.5 * Math.log((2 * pi) / (pi + q.density[i]!))),
  generatorObjective: jensenShannon,
};
