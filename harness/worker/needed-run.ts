/** The stored run that another run starts from. */
import type { Needed } from "../contract/suite.ts";
import type { RunPlace, Store } from "../store/store.ts";
import { EndedEarly, UNTRAINED } from "./ends.ts";
import type { RunTask } from "./messages.ts";

/** The upstream run of a run, with its weights. Throws EndedEarly if it diverged, Error if it is not finished. */
export function neededRun(store: Store, { spec, needs }: Pick<RunTask, "spec" | "needs">): Needed {
  if (!needs) throw new TypeError(`the run ${spec.path} starts from no other one`);
  const stored = store.read(needs);
  const state = stored?.record.state ?? "not stored";
  if (state === "diverged")
    throw new EndedEarly("diverged", `it starts from ${needs.spec.path}, which diverged`, UNTRAINED);
  if (!stored || state !== "finished") throw new Error(`it starts from ${needs.spec.path}, which is ${state}`);
  return { spec: needs.spec, weights: stored.weights() };
}

/** The upstream run, or its weights, are not stored here; the message says which. */
export class NotHere extends Error {}

/** Throws NotHere if an upstream run is not stored, or was copied here without its weights. */
export function requireHere(store: Store, needs: RunPlace): void {
  const record = store.read(needs)?.record;
  if (!record) throw new NotHere(`the run ${needs.spec.path} that it starts from is not here`);
  if (record.state === "finished" && record.weightsSha256 !== null && !store.hasWeights(needs))
    throw new NotHere(`the weights of ${needs.spec.path} that it starts from are not here`);
}
