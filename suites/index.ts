/** The suites, in the paper's order. */
import type { Suite } from "../harness/suite.ts";
import { toyModesSuite } from "./toy-modes/suite.ts";

export const SUITES: readonly Suite[] = [toyModesSuite];
