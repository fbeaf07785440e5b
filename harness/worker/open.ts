/** The task "open": the engine that a worker computes on. */
import type { Engine } from "../engine/engine.ts";
import { openEngine } from "../engine/open.ts";
import type { EngineInfo, Task } from "./messages.ts";

/** Throws HarnessError if the engine does not open. */
export async function openChosen({ engine: choice, threads }: Task<"open">): Promise<Engine> {
  const { requested, stacked, reason } = choice;
  const engine = await openEngine({ requested, stacked, threads, provision: false });
  return reason === undefined ? engine : { ...engine, reason };
}

/** The part of an engine that is stored with a run. */
export function infoOf(engine: Engine): EngineInfo {
  const { id, device, versions, reason } = engine;
  return { id, class: engine.class, device, versions: { ...versions }, reason };
}
