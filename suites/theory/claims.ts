/** What the paper proves of its value function, as identities. The tolerances were fixed before the runs. */
import type { IdentityClaim, Quantity } from "../../harness/contract/claims.ts";
import type { CheckId } from "./checks.ts";
import { METRICS, type MetricKey } from "./metrics.ts";

const PLACE = "theory of the value function";

/** A failed run has no worst value that means anything: it counts as infinitely far. */
function quantity(metric: MetricKey, label: string): Quantity<MetricKey> {
  const { unit } = METRICS.find(({ key }) => key === metric)!;
  return { metric, label, unit, better: "lower", worst: null };
}

const distanceOfD = quantity("discriminatorError", "distance from the optimal discriminator");
const distanceOfV = quantity("valueError", "distance from 2·JSD − 2 log 2");

interface Identity {
  readonly id: string;
  readonly arm: CheckId;
  readonly statement: string;
  readonly part: string;
  readonly quantity: Quantity<MetricKey>;
  readonly expected: number;
  readonly tolerance: number;
}
const identity = ({ part, ...claim }: Identity): IdentityClaim<CheckId, MetricKey> => ({
  ...claim,
  kind: "identity",
  place: `${PLACE}: ${part}`,
  axis: "joint",
  family: "theory",
});

/** Rounding hides the place of a maximum below about 1e-8 (D), its height below about 1e-15 (V); quadrature errs more. */
export const CLAIMS: readonly IdentityClaim<CheckId, MetricKey>[] = [
  identity({
    id: "discriminator-discrete",
    arm: "discrete",
    part: "optimal discriminator",
    statement:
      "For a fixed generator the best D is q/(q + p): joints on a finite set, with and without shared support.",
    quantity: distanceOfD,
    expected: 0,
    tolerance: 1e-6,
  }),
  identity({
    id: "discriminator-continuous",
    arm: "continuous",
    part: "optimal discriminator",
    statement: "For a fixed generator the best D is q/(q + p): one-dimensional x and z with known densities.",
    quantity: distanceOfD,
    expected: 0,
    tolerance: 1e-6,
  }),
  identity({
    id: "value-discrete",
    arm: "discrete",
    part: "value at the optimal discriminator",
    statement: "With the best D, V is 2·JSD − 2 log 2: joints on a finite set.",
    quantity: distanceOfV,
    expected: 0,
    tolerance: 1e-9,
  }),
  identity({
    id: "value-continuous",
    arm: "continuous",
    part: "value at the optimal discriminator",
    statement: "With the best D, V is 2·JSD − 2 log 2: one-dimensional x and z, integrated numerically.",
    quantity: distanceOfV,
    expected: 0,
    tolerance: 1e-6,
  }),
  identity({
    id: "joints-match",
    arm: "generator",
    part: "optimal generator",
    statement: "The generator's optimum is p(x, z) = q(x, z).",
    quantity: quantity("jointError", "distance of the joints"),
    expected: 0,
    tolerance: 1e-6,
  }),
  identity({
    id: "marginals-match",
    arm: "generator",
    part: "optimal generator",
    statement: "At the generator's optimum the marginals match.",
    quantity: quantity("marginalError", "distance of the marginals"),
    expected: 0,
    tolerance: 1e-6,
  }),
  identity({
    id: "conditionals-match",
    arm: "generator",
    part: "optimal generator",
    statement: "At the generator's optimum the conditionals match.",
    quantity: quantity("conditionalError", "distance of the conditionals"),
    expected: 0,
    tolerance: 1e-5,
  }),
  identity({
    id: "marginals-do-not-suffice",
    arm: "couplings",
    part: "optimal generator",
    statement: "Matched marginals with other conditionals leave V above −2 log 2 by exactly 2·JSD of the joints.",
    quantity: quantity("excessRatio", "excess of V over 2·JSD"),
    expected: 1,
    tolerance: 1e-9,
  }),
  identity({
    id: "optimal-pairs-invert",
    arm: "deterministic",
    part: "invertibility",
    statement:
      "Every deterministic pair at the optimum inverts itself wherever there is mass: all pairs on four points.",
    quantity: quantity("violations", "optimal pairs that are not inverse"),
    expected: 0,
    tolerance: 0,
  }),
  identity({
    id: "inverse-pairs-are-optimal",
    arm: "deterministic",
    part: "invertibility",
    statement: "Conversely, as many pairs are at the optimum as there are inverse pairs that carry the masses over.",
    quantity: quantity("optimalRatio", "optimal pairs over inverse pairs"),
    expected: 1,
    tolerance: 0,
  }),
];
