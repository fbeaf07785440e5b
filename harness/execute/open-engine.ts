/** The engine at work in a worker process. */
import { say } from "../terminal/output.ts";
import type { EngineChoice, EngineInfo } from "../worker/messages.ts";
import { startWorker, type Worker } from "../worker/pool.ts";
import { chooseEngine, type WantedEngine } from "./engine-choice.ts";

export interface OpenEngine {
  readonly worker: Worker;
  readonly engine: EngineInfo;
  /** `choice.reason`: why it is not the engine that was to be. */
  readonly choice: EngineChoice;
}

/** Opens the engine in a worker for the time of `use`. Leaves no worker behind, whatever happens. */
export async function withEngine<T>(wanted: WantedEngine, use: (opened: OpenEngine) => Promise<T>): Promise<T> {
  const choice = await chooseEngine(wanted, say);
  const { worker, engine } = await startWorker(choice, 1);
  try {
    say(`Engine: ${engine.class} (${engine.device}; ${engine.reason}).`);
    return await use({ worker, engine, choice });
  } finally {
    worker.stop();
    await worker.gone();
  }
}
