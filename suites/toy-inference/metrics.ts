/** Columns of a run of this suite, declared once. Codes are one draw of q(z | x) for each of 10,000 held-out examples. */
import type { Quantity } from "../../harness/contract/claims.ts";

export const METRICS = [
  {
    key: "latentEnergy",
    unit: "units of z",
    meaning: "energy distance (squared form) of the codes to the prior N(0, I); 0 only for the prior itself",
  },
  {
    key: "latentEnergyP",
    unit: "p",
    meaning: "Monte Carlo p of the codes being draws of the prior, 999 null samples",
  },
  {
    key: "latentEnergyNull95",
    unit: "units of z",
    meaning: "95 % point of latentEnergy for 10,000 draws of the prior itself",
  },
  {
    key: "latentHoles",
    unit: "share",
    meaning: "share of the prior's mass, in 400 cells of equal mass, where fewer than 5 codes lie (25 expected)",
  },
  {
    key: "latentPurity",
    unit: "share",
    meaning: "mean share of a code's 10 nearest codes that come from its component, among 2,000 codes",
  },
  {
    key: "reconstructionError",
    unit: "units of x",
    meaning: "root mean squared distance of example and reconstruction",
  },
  {
    key: "reconstructedModes",
    unit: "modes",
    meaning: "components of whose own examples at least half are reconstructed nearest to their own centre",
  },
  {
    key: "touchedModes",
    unit: "modes",
    meaning: "components with at least one reconstruction, of whichever example: the lenient count",
  },
  { key: "smear", unit: "share", meaning: "share of generated samples further than 3σ from every centre" },
  { key: "modes", unit: "modes", meaning: "components with at least one of 10,000 generated samples" },
  { key: "modes5", unit: "modes", meaning: "components with at least 5 of 10,000 generated samples" },
  { key: "modes20", unit: "modes", meaning: "components with at least 20 of 10,000 generated samples" },
  {
    key: "sharpModes",
    unit: "modes",
    meaning: "components with at least 20 generated samples within 3σ of their centre",
  },
  { key: "share3sd", unit: "share", meaning: "share of generated samples within 3σ of a centre" },
] as const;
export type MetricKey = (typeof METRICS)[number]["key"];

/** The quantities that claims speak of. A distance has no worst value: a failed run is then beyond every value. */
export const QUANTITIES = {
  latentEnergy: {
    metric: "latentEnergy",
    label: "distance of q(z) to the prior",
    unit: "units of z",
    better: "lower",
    worst: null,
  },
  latentHoles: { metric: "latentHoles", label: "holes in q(z)", unit: "share", better: "lower", worst: 1 },
  latentPurity: { metric: "latentPurity", label: "purity of the codes", unit: "share", better: "higher", worst: 0 },
  reconstructionError: {
    metric: "reconstructionError",
    label: "reconstruction error",
    unit: "units of x",
    better: "lower",
    worst: null,
  },
  reconstructedModes: {
    metric: "reconstructedModes",
    label: "modes that reconstruct",
    unit: "modes",
    better: "higher",
    worst: 0,
  },
  smear: { metric: "smear", label: "share of samples off every mode", unit: "share", better: "lower", worst: 1 },
  modes: { metric: "modes", label: "modes covered", unit: "modes", better: "higher", worst: 0, best: 25 },
} as const satisfies Partial<Record<MetricKey, Quantity>>;
