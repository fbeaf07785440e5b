/** Installs libtensorflow and the binding on it into the per-user cache, once for all checkouts, and finds them there. */
import { existsSync, readdirSync, renameSync, rmSync, statfsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { EXIT, HarnessError, messageOf } from "../../../errors.ts";
import { cacheDir, cacheVariable } from "../../../files/cache-dir.ts";
import { acquireLock, type Lock } from "../../../files/lock.ts";
import { makeFolder } from "../../../files/make-folder.ts";
import { compileBinding, requireCompiler } from "./compile-binding.ts";
import { fetchWheel, requirePip } from "./fetch-wheel.ts";
import { BINDING, type Manifest, readManifest, verifyFiles, writeManifest } from "./manifest.ts";
import type { Progress } from "./progress.ts";
import { unpackWheel } from "./unpack-wheel.ts";
import { LIBTENSORFLOW, type Machine, TFJS_NODE, thisMachine, type Variant, type Wheel, wheelsFor } from "./wheels.ts";

/** The slow or outside steps of an installation. Tests put others in their place. */
export interface InstallSteps {
  readonly requirePip: typeof requirePip;
  readonly requireCompiler: typeof requireCompiler;
  readonly fetchWheel: typeof fetchWheel;
  readonly unpackWheel: typeof unpackWheel;
  readonly compileBinding: typeof compileBinding;
}
const STEPS: InstallSteps = { requirePip, requireCompiler, fetchWheel, unpackWheel, compileBinding };

export interface InstallOptions {
  readonly variant?: Variant;
  readonly cache?: string;
  readonly env?: NodeJS.ProcessEnv;
  readonly machine?: Machine;
  readonly onProgress?: Progress;
  readonly steps?: Partial<InstallSteps>;
}
export interface Installation {
  readonly variant: Variant;
  readonly folder: string;
  readonly manifest: Manifest;
}

/** Room that an installation needs at its peak: wheel, pip's copy of it, and the unpacked libraries. */
const NEEDED_BYTES: Readonly<Record<Variant, number>> = { cpu: 2e9, cuda: 14e9 };
const PARTIAL = ".partial";

export function installFolder(
  variant: Variant,
  cache = cacheDir(),
  { platform, arch }: Machine = thisMachine(),
): string {
  return join(cache, "engines", `tensorflow-${LIBTENSORFLOW}-tfjs-${TFJS_NODE}-${variant}-${platform}-${arch}`);
}

/** The installation of a variant, unchecked, or undefined when there is none. */
export function findInstallation(
  variant: Variant,
  cache = cacheDir(),
  machine: Machine = thisMachine(),
): Installation | undefined {
  const folder = installFolder(variant, cache, machine);
  const manifest = readManifest(folder);
  return manifest && { variant, folder, manifest };
}

/**
 * Checks that an installation is as it was made: sizes and the binding's sha256, with `thorough` every file's.
 * @throws HarnessError when there is none or it is damaged.
 */
export async function verifyInstall({
  variant = "cpu",
  cache = cacheDir(),
  thorough = false,
}: {
  variant?: Variant;
  cache?: string;
  thorough?: boolean;
} = {}): Promise<Installation> {
  const found = findInstallation(variant, cache);
  if (!found)
    throw new HarnessError(
      `The tensorflow engine (${variant}) is not installed in ${cache}. Run "npm run engine install${variant === "cuda" ? " -- --cuda" : ""}", or use --engine wasm.`,
      EXIT.cannotJudge,
    );
  await verifyFiles(found.folder, found.manifest, thorough);
  return found;
}

/**
 * Installs the variant unless a sound installation is there (every file is checked). A second installer waits for the
 * first. An interruption at any point leaves the cache as it was, but for leftovers that the next installer removes; a
 * wheel that was whole is not fetched again. @throws HarnessError saying what is missing or failed, and what to do.
 */
export async function install(options: InstallOptions = {}): Promise<Installation> {
  const {
    variant = "cpu",
    cache = cacheDir(),
    env = process.env,
    machine = thisMachine(),
    onProgress = () => {},
  } = options;
  const steps = { ...STEPS, ...options.steps };
  const wheels = wheelsFor(variant, machine);
  const engines = join(cache, "engines");
  makeWritable(engines);
  const lock = await waitForLock(engines, `installing tensorflow (${variant})`, onProgress);
  try {
    removeLeftovers(cache, onProgress);
    const folder = installFolder(variant, cache, machine);
    const present = findInstallation(variant, cache, machine);
    if (present && (await isSound(present, onProgress))) return present;
    await steps.requirePip(env);
    const compiler = await steps.requireCompiler(env);
    requireRoom(cache, variant);
    const partial = `${folder}.${process.pid}${PARTIAL}`; // its children may outlive a killed installer, and write on
    const files = await fetchAll(wheels, join(cache, "wheels"), env, steps, onProgress);
    await assemble({ partial, folder, wheels, files, compiler, env, steps, variant, onProgress });
    putInPlace(partial, folder);
    for (const file of files) rmSync(file, { force: true });
    onProgress({ stage: "done", message: `tensorflow ${LIBTENSORFLOW} (${variant}) is installed in ${folder}` });
    return findInstallation(variant, cache, machine)!;
  } catch (error) {
    throw explained(error, cache);
  } finally {
    try {
      removeLeftovers(cache, () => {});
    } catch {
      // The next installer tries again; what went wrong before matters more.
    }
    await lock.release();
  }
}

async function fetchAll(
  wheels: readonly Wheel[],
  folder: string,
  env: NodeJS.ProcessEnv,
  steps: InstallSteps,
  onProgress: Progress,
): Promise<string[]> {
  makeFolder(folder);
  const files: string[] = [];
  for (const wheel of wheels) files.push(await steps.fetchWheel(wheel, folder, env, onProgress));
  return files;
}

interface Assembly {
  readonly partial: string;
  readonly folder: string;
  readonly wheels: readonly Wheel[];
  readonly files: readonly string[];
  readonly compiler: string;
  readonly env: NodeJS.ProcessEnv;
  readonly steps: InstallSteps;
  readonly variant: Variant;
  readonly onProgress: Progress;
}

/** Makes the whole installation in the `partial` folder, the manifest last. */
async function assemble({
  partial,
  folder,
  wheels,
  files,
  compiler,
  env,
  steps,
  variant,
  onProgress,
}: Assembly): Promise<void> {
  makeFolder(partial);
  for (const [i, wheel] of wheels.entries()) await steps.unpackWheel(files[i]!, wheel, partial, env, onProgress);
  onProgress({ stage: "compile", message: `the binding of @tensorflow/tfjs-node-gpu ${TFJS_NODE} with ${compiler}` });
  await steps.compileBinding(compiler, partial, folder, join(partial, BINDING), env);
  rmSync(join(partial, "tensorflow", "include"), { recursive: true, force: true });
  onProgress({ stage: "check", message: "checksums of the installed files" });
  const about = { variant, libtensorflow: LIBTENSORFLOW, tfjsNode: TFJS_NODE, folder };
  await writeManifest(partial, {
    ...about,
    wheels: wheels.map(({ name, version, sha256 }) => ({ name, version, sha256 })),
  });
}

/** Renames the finished folder into place, after moving a damaged one out of the way. */
function putInPlace(partial: string, folder: string): void {
  if (existsSync(folder)) renameSync(folder, `${folder}.old${PARTIAL}`);
  renameSync(partial, folder);
}

async function isSound({ folder, manifest }: Installation, onProgress: Progress): Promise<boolean> {
  onProgress({ stage: "check", message: `the installation in ${folder}` });
  try {
    await verifyFiles(folder, manifest, true);
    return true;
  } catch (error) {
    onProgress({ stage: "clean", message: `${messageOf(error)} Installing it anew.` });
    return false;
  }
}

/** Called under the lock only: whatever is partial there belongs to a process that has died. */
function removeLeftovers(cache: string, onProgress: Progress): void {
  for (const folder of ["engines", "wheels"].map((name) => join(cache, name)).filter(existsSync))
    for (const name of readdirSync(folder).filter((name) => name.endsWith(PARTIAL))) {
      onProgress({ stage: "clean", message: `removing ${name}, left by an interrupted installation` });
      rmSync(join(folder, name), { recursive: true, force: true });
    }
}

async function waitForLock(path: string, what: string, onProgress: Progress): Promise<Lock> {
  for (let told = false; ; told = true) {
    const lock = await acquireLock(path, what);
    if ("release" in lock) return lock;
    if (!told)
      onProgress({
        stage: "wait",
        message: `for process ${lock.heldBy.pid || "?"}, which is ${lock.heldBy.what || "installing"}`,
      });
    await new Promise((wake) => setTimeout(wake, 300));
  }
}

function makeWritable(folder: string): void {
  try {
    makeFolder(folder);
    const probe = join(folder, `probe-${process.pid}${PARTIAL}`);
    writeFileSync(probe, "");
    rmSync(probe);
  } catch (error) {
    throw new HarnessError(
      `The cache folder ${folder} cannot be written: ${messageOf(error)}. Set ${cacheVariable()} to a folder that can, or use --engine wasm.`,
      EXIT.cannotJudge,
      { cause: error },
    );
  }
}

function requireRoom(cache: string, variant: Variant): void {
  const { bavail, bsize } = statfsSync(cache);
  const gigabytes = (bytes: number): string => `${(bytes / 1e9).toFixed(1)} GB`;
  if (bavail * bsize < NEEDED_BYTES[variant])
    throw new HarnessError(
      `The tensorflow engine (${variant}) needs ${gigabytes(NEEDED_BYTES[variant])} in ${cache} while it is installed, and ${gigabytes(bavail * bsize)} are free. Free some space, set ${cacheVariable()} to another folder, or use --engine wasm.`,
      EXIT.cannotJudge,
    );
}

/** A full or read-only disk in the middle of the work, in words; other errors as they are. */
function explained(error: unknown, cache: string): unknown {
  const code = (error as NodeJS.ErrnoException).code;
  if (error instanceof HarnessError || !code || !["ENOSPC", "EDQUOT", "EROFS", "EACCES"].includes(code)) return error;
  return new HarnessError(
    `The cache folder ${cache} could not be written: ${messageOf(error)}. Nothing was installed. Free some space, set ${cacheVariable()} to another folder, or use --engine wasm.`,
    EXIT.cannotJudge,
    { cause: error },
  );
}
