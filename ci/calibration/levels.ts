/** Where theory gives each procedure its level: it follows from the sources cited, never from the rates that came out. */

export interface Cell {
  readonly population: string;
  readonly n: number;
  readonly outcomes: readonly string[];
}
export interface Level {
  /** Whether the procedure claims its level in this cell; elsewhere its rate is a stress test and nothing is promised. */
  claims(cell: Cell): boolean;
  /** What gives it the level, and where. */
  readonly theory: string;
  /** What rates above nominal elsewhere mean for a paper's claims; null where every cell is claimed. */
  readonly outside: string | null;
}

/** A level that holds for normal runs alone. */
export const ofNormal = (theory: string, outside: string): Level => ({
  claims: ({ population }) => population === "normal",
  theory: `${theory} Claimed for normal runs.`,
  outside,
});
/** A level that holds for every population. */
export const ofAll = (theory: string): Level => ({
  claims: () => true,
  theory: `${theory} Claimed for every population.`,
  outside: null,
});
/** A level that holds only in the limit of many runs, so in no cell. */
export const ofNone = (theory: string, outside: string): Level => ({
  claims: () => false,
  theory: `${theory} Claimed nowhere here.`,
  outside,
});

export const SYMMETRIC = ofAll(
  "Exact for sign flips: the difference of two exchangeable runs is symmetric about 0 if there is no order.",
);
export const EXCHANGEABLE = ofAll("Exact for permutations: with no order all runs are exchangeable.");
export const WELCH = ofNormal(
  "Welch's t is normal theory, and close to its level from five runs an arm.",
  "A number that is printed with its SD and n (13.4 ± 5.8 modes of ten runs) is judged by a difference of two means, in which skewness that both share largely cancels.",
);
export const ONE_SAMPLE = ofNormal(
  "Student's t is exact for normal runs.",
  "A number printed without SD or n (the VAE's 25 modes) stands on one tail. Where few runs collapse, a handful that all miss the collapse look too good and too certain: BETTER and agreement are then overstated, and of a metric with a long upper tail CONTRADICTED is. Counts that are equal or lie close together, within a quarter of the way to the worst value, are guarded and have a procedure of their own; counts that spread more widely, and values of a continuous metric, are not. Such a number is at most CONSISTENT; read its other verdicts from ten runs or fewer with the rates below.",
);
