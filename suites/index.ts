/** The papers with their suites, and the suites of the harness itself. */
import type { Paper } from "../harness/contract/paper.ts";
import type { Suite } from "../harness/contract/suite.ts";
import { controlsSuite } from "./controls/suite.ts";
import * as papers from "./papers/index.ts";
import { stepTimeSuite } from "./step-time/suite.ts";

export const PAPERS: readonly Paper[] = Object.values(papers);
/** Suites that test this harness: no paper claims anything about them. */
export const CONTROLS: readonly Suite[] = [controlsSuite, stepTimeSuite];
export const SUITES: readonly Suite[] = [...PAPERS.flatMap(({ suites }) => suites), ...CONTROLS];
