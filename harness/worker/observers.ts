/** The observers of a training: each looks at every update that was made, and changes nothing of the state. */
import type { Training } from "../contract/training.ts";
import type { HostState } from "../engine/host-state.ts";
import type { Program } from "../engine/program.ts";
import { addMilestone, isMilestone } from "../engine/trail.ts";
import { stateSha256 } from "../store/checkpoint.ts";
import type { Course } from "./course.ts";
import { EndedEarly } from "./ends.ts";
import { EARLY_UPDATES } from "./first-updates.ts";
import type { Watch } from "./watch.ts";

/**
 * Updates between two looks at whether a training has diverged, at most: fetching the metrics waits for the step. Only
 * values that are not finite count: a loss that explodes may come down again.
 */
export const LOOK_EVERY = 100;

export interface Observed {
  readonly training: Training;
  readonly program: Program;
  readonly course: Course;
  readonly watch: Watch;
}
/** An update that was just made. */
export interface Made {
  readonly update: number;
  readonly isLast: boolean;
  /** Whether the curve has a row of it. */
  readonly isDue: boolean;
  /** Fetched where a row is due and at each hundredth update; else empty. */
  readonly metrics: Readonly<Record<string, number>>;
  /** Name of a metric that is not finite. */
  readonly notFinite: string | undefined;
}
type Observer = (made: Made, of: Observed) => void;

/** In the order of the calls: a training that diverged has its last row and picture. */
export const OBSERVERS: readonly Observer[] = [hashEarlyState, extendTrail, addRow, drawPictures, endDiverged];

function hashEarlyState({ update, isLast }: Made, { program, course }: Observed): void {
  if (update === EARLY_UPDATES || (isLast && update < EARLY_UPDATES))
    course.earlyStateSha256 = stateSha256(program.read());
}

function extendTrail({ update, isLast }: Made, { program, course: { trail } }: Observed): void {
  if (trail && isMilestone(update, isLast)) addMilestone(trail, update, program.read());
}

/** Appends a row to the curve, also for a metric that is not finite. */
function addRow({ update, isDue, metrics, notFinite }: Made, { training, program, course, watch }: Observed): void {
  if (!isDue && notFinite === undefined) return;
  const row = { ...metrics, ...training.observe?.(program.state()) };
  appendRow(course.curve, update, row);
  watch.row(update, row);
}

function drawPictures({ update }: Made, { program, watch }: Observed): void {
  watch.picture(update, () => program.state());
}

/** @throws EndedEarly for a metric that is not finite, and, where rows are far apart, for such parameters at a row */
function endDiverged({ isDue, isLast, notFinite }: Made, of: Observed): void {
  if (notFinite !== undefined) throw diverged(`metric ${notFinite}`, of);
  if (isDue && !isLast && of.training.curveEvery >= LOOK_EVERY) requireFiniteState(of.program.read(), of);
}

/** @throws EndedEarly for parameters that are not finite */
export function requireFiniteState(state: HostState, of: Observed): void {
  const name = Object.keys(state).find((name) => !allFinite(state[name]!.data));
  if (name !== undefined) throw diverged(`parameters ${name}`, of);
}

function diverged(what: string, { course, program, watch }: Observed): EndedEarly {
  watch.ended();
  return new EndedEarly("diverged", `${what} is not finite at update ${course.updates}`, course.reached(program));
}

/** Appends a row; a column that begins later has nulls before, a value that is not finite is null. */
function appendRow(
  curve: Record<string, (number | null)[]>,
  update: number,
  row: Readonly<Record<string, number>>,
): void {
  const rows = curve.update!.push(update);
  for (const [name, value] of Object.entries(row)) {
    curve[name] ??= new Array<null>(rows - 1).fill(null);
    curve[name].push(Number.isFinite(value) ? value : null);
  }
}

/** Whether all are finite: 0 · x is 0, or NaN. */
function allFinite(values: Float32Array): boolean {
  let sum = 0;
  for (const value of values) sum += 0 * value;
  return sum === 0;
}
