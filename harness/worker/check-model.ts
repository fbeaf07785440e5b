/** In a worker: what a model of a slot is made of, and whether a person's own one can take its place. Nothing is stored. */

import { type BuiltModel, parameterCount } from "../contract/model.ts";
import type { RunSpec } from "../contract/run.ts";
import type { SlotModel, Suite } from "../contract/suite.ts";
import type { Training } from "../contract/training.ts";
import type { Engine } from "../engine/engine.ts";
import type { HostState } from "../engine/host-state.ts";
import { HarnessError } from "../errors.ts";
import { firstLine, loadModel, putIn } from "./changed-model.ts";
import { type Probe, probe, suiteOf } from "./probe.ts";

export interface CheckTask {
  readonly type: "check";
  /** A run of the slot, and the one that it starts from. */
  readonly spec: RunSpec;
  readonly needs: RunSpec | null;
  readonly rootSeed: string;
  /** Absolute path of the module to check in the slot's place; null: only the parameters of the model that is there. */
  readonly module: string | null;
}
export interface Checked {
  readonly type: "checked";
  readonly id: string;
  readonly version: number;
  /** Number of parameters by group, of the model that is there and of the module's. */
  readonly parameters: Readonly<Record<string, number>>;
  readonly moduleParameters: Readonly<Record<string, number>> | null;
}

/** Throws HarnessError that says why the module's model cannot take the slot. */
export async function checkModel(suites: readonly Suite[], task: CheckTask, engine: Engine): Promise<Checked> {
  const suite = suiteOf(task.spec, suites);
  const own = suite.slots?.[task.spec.model];
  if (!own) throw new TypeError(`suite ${suite.id} has no slot "${task.spec.model}"`);
  const at = { spec: task.spec, needs: task.needs, rootSeed: task.rootSeed, engine, suites, suite };
  const built = await build(own, at);
  const parameters = countsOf(built);
  if (task.module === null)
    return { type: "checked", id: own.id, version: own.version, parameters, moduleParameters: null };
  const model = await loadModel(task.module);
  const refuse = (why: string, cause?: unknown): HarnessError =>
    new HarnessError(`${task.module} cannot take the slot "${task.spec.model}" of ${suite.id}: ${why}`, undefined, {
      cause,
    });
  sameKind(own, model, refuse);
  const changed = await build(model, at).catch((error: unknown) => {
    throw refuse(`its build throws at the settings of the smoke profile: ${firstLine(error)}.`, error);
  });
  wholeModel(changed, refuse);
  const lacking = abilities(built).filter((name) => !abilities(changed).includes(name));
  if (lacking.length > 0)
    throw refuse(
      `it lacks ${lacking.join(" and ")}, which ${own.id} has and the suite measures with. Add it to what build returns.`,
    );
  await oneStep(model, at, refuse);
  return { type: "checked", id: model.id, version: model.version, parameters, moduleParameters: countsOf(changed) };
}

interface At extends Probe {
  readonly suite: Suite;
}
type Refuse = (why: string, cause?: unknown) => HarnessError;

/** What the suite's own call of the model builds. */
async function build(model: SlotModel, at: At): Promise<BuiltModel> {
  class Found extends Error {
    readonly built: BuiltModel;
    constructor(built: BuiltModel) {
      super();
      this.built = built;
    }
  }
  const { id, version } = model;
  const caught: SlotModel =
    "buildOn" in model
      ? {
          id,
          version,
          needs: model.needs,
          buildOn: (...args) => {
            throw new Found(model.buildOn(...args));
          },
        }
      : {
          id,
          version,
          build: (...args) => {
            throw new Found(model.build(...args));
          },
        };
  try {
    await probe(inPlace(caught, at), () => {});
  } catch (error) {
    if (error instanceof Found) return error.built;
    throw error;
  }
  throw new TypeError(`suite ${at.suite.id} trains ${at.spec.path} without building its model`);
}

const inPlace = (model: SlotModel, { suite, ...rest }: At): Probe => ({
  ...rest,
  suites: rest.suites.map((other) => (other === suite ? putIn(suite, rest.spec.model, model) : other)),
});

const countsOf = ({ groups }: BuiltModel): Record<string, number> =>
  Object.fromEntries(Object.entries(groups).map(([name, parameters]) => [name, parameterCount(parameters)]));

/** What a built model can do beside being trained. */
const abilities = (built: BuiltModel): string[] =>
  Object.entries(built)
    .filter(([name, value]) => typeof value === "function" && name !== "step" && name !== "initialState")
    .map(([name]) => name);

function sameKind(own: SlotModel, model: SlotModel, refuse: Refuse): void {
  const needs = (one: SlotModel): string | undefined => ("buildOn" in one ? one.needs : undefined);
  const [expected, got] = [needs(own), needs(model)];
  if (expected === got) return;
  const words = (id: string | undefined): string =>
    id === undefined ? "starts from nothing (build)" : `is trained on top of ${id} (needs "${id}", buildOn)`;
  throw refuse(`it ${words(got)}, but ${own.id} ${words(expected)}. Export one of the same kind.`);
}

function wholeModel(built: unknown, refuse: Refuse): void {
  const { groups, initialState, step } = (built ?? {}) as Record<string, unknown>;
  const missing = [
    ...(groups !== null && typeof groups === "object" ? [] : ["groups"]),
    ...(typeof initialState === "function" ? [] : ["initialState"]),
    ...(typeof step === "function" ? [] : ["step"]),
  ];
  if (missing.length > 0) throw refuse(`what its build returns has no ${missing.join(", no ")}.`);
}

/** Its first step, on the suite's own batch: it must run and give back the state it was given. */
async function oneStep(model: SlotModel, at: At, refuse: Refuse): Promise<void> {
  const [before, after] = await probe(inPlace(model, at), (training) => stepOf(training, at.engine)).catch(
    (error: unknown) => {
      throw refuse(`its first step throws: ${firstLine(error)}.`, error);
    },
  );
  const shapes = (state: HostState): string =>
    Object.keys(state)
      .sort()
      .map((name) => `${name} [${state[name]!.shape.join(", ")}]`)
      .join(", ");
  if (shapes(before) !== shapes(after))
    throw refuse(
      `its first step makes another state: from ${shapes(before)} to ${shapes(after)}. Give back the same names and shapes.`,
    );
}

function stepOf(training: Training, engine: Engine): readonly [before: HostState, after: HostState] {
  const initial = training.initialState();
  const program = engine.compile(training.step, initial, training.data);
  try {
    program.run(() => training.batch(0), training.key(0));
    program.metrics();
    return [initial, program.read()];
  } finally {
    program.dispose();
  }
}
