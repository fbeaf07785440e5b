/** Decides which engine the workers open, and installs it first when it is missing. */
import { type EngineId, isInstalled } from "../engine/engine.ts";
import { findInstallation, install } from "../engine/tensorflow/install/provision.ts";
import { HarnessError } from "../errors.ts";
import { installProgress } from "../terminal/progress.ts";
import type { EngineChoice } from "../worker/messages.ts";

/** What was asked for. */
export type WantedEngine = Pick<EngineChoice, "requested" | "stacked">;

/**
 * The engine to open. Without a request: tensorflow, installed now if need be; when that is impossible wasm, and the
 * reason is printed and stored. Stacked runs need tensorflow. @throws HarnessError when it is impossible.
 */
export async function chooseEngine(
  { requested, stacked = false }: WantedEngine,
  say: (line: string) => void,
): Promise<EngineChoice> {
  if (!stacked) return chooseUnstacked(requested, say);
  if (requested !== undefined && !isInstalled(requested))
    throw new HarnessError(
      `--stack is for the tensorflow engine alone, got --engine ${requested}. Leave out --stack, or take --engine tensorflow.`,
    );
  return { ...(await chooseUnstacked("tensorflow", say)), stacked };
}

async function chooseUnstacked(requested: EngineId | undefined, say: (line: string) => void): Promise<EngineChoice> {
  if (requested !== undefined && !isInstalled(requested)) return { requested };
  if (findInstallation("cpu") || findInstallation("cuda")) return { requested };
  say("The tensorflow engine is not installed yet: installing it (once for this user, about 250 MB).");
  const progress = installProgress(say);
  try {
    await install({ onProgress: progress.update });
    return { requested };
  } catch (error) {
    if (requested === "tensorflow" || !(error instanceof HarnessError)) throw error;
    say(`The tensorflow engine cannot be installed: ${error.message}\nGoing on with the slower wasm engine.`);
    return { requested: "wasm", reason: `tensorflow could not be installed: ${error.message.split("\n")[0]}` };
  } finally {
    progress.stop();
  }
}
