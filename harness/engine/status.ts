/** What `npm run engine` shows: every engine, each tested in a process of its own. */
import { join } from "node:path";
import { messageOf } from "../errors.ts";
import { cacheDir, cacheVariable } from "../files/cache-dir.ts";
import { ENGINES, type EngineId } from "./engine.ts";
import type { SelfTest } from "./self-test.ts";
import { requireCompiler } from "./tensorflow/install/compile-binding.ts";
import { requirePip } from "./tensorflow/install/fetch-wheel.ts";
import { findInstallation, verifyInstall } from "./tensorflow/install/provision.ts";
import { lastLine, runCommand } from "./tensorflow/install/run-command.ts";
import { thisMachine, VARIANTS, wheelsFor } from "./tensorflow/install/wheels.ts";

export type EngineStatus =
  | { readonly engine: EngineId; readonly state: "works"; readonly test: SelfTest }
  | { readonly engine: EngineId; readonly state: "wrong"; readonly test: SelfTest }
  | { readonly engine: EngineId; readonly state: "fails"; readonly why: string }
  | { readonly engine: EngineId; readonly state: "not installed"; readonly why: string };

export interface Status {
  readonly cache: string;
  readonly engines: readonly EngineStatus[];
}

/** Checks and tests every engine. The installed files of tensorflow are hashed, which takes some seconds. */
export async function engineStatus(): Promise<Status> {
  const engines: EngineStatus[] = [];
  for (const engine of ENGINES)
    engines.push((engine === "tensorflow" && (await tensorflowProblem())) || (await testInChild(engine)));
  return { cache: cacheDir(), engines };
}

/** Why the tensorflow engine cannot be tested; undefined when it is installed and its files are sound. */
async function tensorflowProblem(): Promise<EngineStatus | undefined> {
  const installed = VARIANTS.filter((variant) => findInstallation(variant));
  try {
    for (const variant of installed) await verifyInstall({ variant, thorough: true });
  } catch (error) {
    return { engine: "tensorflow", state: "fails", why: messageOf(error) };
  }
  if (installed.length > 0) return undefined;
  const obstacle = await installObstacle();
  return { engine: "tensorflow", state: "not installed", why: obstacle ?? `Run "npm run engine install".` };
}

/** Why the tensorflow engine cannot be installed here, as far as can be told without the network. */
export async function installObstacle(
  env: NodeJS.ProcessEnv = process.env,
  machine = thisMachine(),
): Promise<string | undefined> {
  try {
    wheelsFor("cpu", machine);
    await requirePip(env);
    await requireCompiler(env);
    return undefined;
  } catch (error) {
    return messageOf(error);
  }
}

/** Runs the self-test of an engine in a process of its own. */
export async function testInChild(engine: EngineId): Promise<EngineStatus> {
  const source = import.meta.url.endsWith(".ts");
  const script = join(import.meta.dirname, source ? "self-test.ts" : "self-test.js");
  const args = [...(source ? ["--import", "tsx"] : []), script, engine];
  const { code, stdout, stderr } = await runCommand(process.execPath, args, process.env);
  return judged(engine, code, stdout, stderr);
}

/** What a child's output says of its engine. */
export function judged(engine: EngineId, code: number, stdout: string, stderr: string): EngineStatus {
  let result: SelfTest | { readonly error: string };
  try {
    result = JSON.parse(lastLine(stdout)) as typeof result;
  } catch {
    return {
      engine,
      state: "fails",
      why: `its self-test ended with code ${code} and no result: ${lastLine(stderr) || "no message"}`,
    };
  }
  if ("error" in result) return { engine, state: "fails", why: result.error };
  return { engine, state: result.checks.every(({ passed }) => passed) ? "works" : "wrong", test: result };
}

/** The status as lines for a person. */
export function formatStatus({ cache, engines }: Status): string {
  return [
    ...engines.map(formatEngine),
    `Engines and prepared data are kept in ${cache} (${cacheVariable()} moves it).`,
  ].join("\n\n");
}

function formatEngine(status: EngineStatus): string {
  const title = `${status.engine}: ${status.state}`;
  if (!("test" in status)) return `${title}\n  ${status.why}`;
  const { test } = status;
  const failed = test.checks.filter(({ passed }) => !passed);
  const versions = Object.entries(test.versions).map(([name, version]) => `${name} ${version}`);
  return [
    title,
    `  class       ${test.class}, on ${test.device}`,
    `  versions    ${versions.join(", ")}`,
    `  own ops     ${test.fusedOps.join(", ") || "none"}`,
    `  self-test   ${test.checks.length - failed.length} of ${test.checks.length} checks passed`,
    ...failed.map(
      ({ name, difference, allowed }) =>
        `    FAILED    ${name}: off by ${difference.toPrecision(2)}, allowed ${allowed}`,
    ),
    `  speed       ${test.matMulMs.toFixed(2)} ms for a [100, 400] · [400, 400] product`,
  ].join("\n");
}
