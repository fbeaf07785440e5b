/**
 * A compare that adds runs until it is decided looks at them more than once. At look k = 1, 2, … everything is judged at
 * α/(k(k + 1)): these sum to α over all looks, so that the chance of a wrong verdict at any of them is at most α (the union
 * bound), whenever and for whatever reason one stops, and however the looks depend on each other. It is the alpha spending
 * of K. K. G. Lan and D. L. DeMets ("Discrete sequential boundaries for clinical trials", Biometrika 70, 1983) without
 * their use of that dependence, which would need normal increments: sign flips need none. Half of α is spent at the first
 * look; each later one has half as many runs again, so that there are few.
 *
 * What it costs: the first look has the power of α/2. The rates of wrong and of right verdicts are simulated in
 * ci/calibration/changes.ts.
 */
import { ALPHA } from "./measure-change.ts";

const GROWTH = 1.5;

/** The level of look 1, 2, … */
export const levelOf = (look: number): number => ALPHA / (look * (look + 1));

/** Runs of each arm at look 1, 2, …: `first` at the first. */
export const runsAt = (look: number, first: number): number => Math.ceil(first * GROWTH ** (look - 1));
