/** The suites, in the paper's order; the harness's own controls and measures last. */
import type { Suite } from "../harness/suite.ts";
import { controlsSuite } from "./controls/suite.ts";
import { stepTimeSuite } from "./step-time/suite.ts";
import { theorySuite } from "./theory/suite.ts";
import { toyInferenceSuite } from "./toy-inference/suite.ts";
import { toyModesSuite } from "./toy-modes/suite.ts";

export const SUITES: readonly Suite[] = [theorySuite, toyModesSuite, toyInferenceSuite, controlsSuite, stepTimeSuite];
