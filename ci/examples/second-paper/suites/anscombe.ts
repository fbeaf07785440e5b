/** Graphs in Statistical Analysis, with the suite that tests its claims. */
import type { Paper } from "reproducibility-harness/suite";
import { ANSCOMBE } from "../baselines/papers/anscombe/paper.ts";
import { residualsSuite } from "./residuals/suite.ts";

export const anscombe: Paper = { ...ANSCOMBE, suites: [residualsSuite] };
