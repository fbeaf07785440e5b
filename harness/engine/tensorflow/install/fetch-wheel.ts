import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { EXIT, HarnessError } from "../../../errors.ts";
import { cacheVariable } from "../../../files/cache-dir.ts";
import { sha256 } from "./manifest.ts";
import type { Progress } from "./progress.ts";
import { lastLine, runCommand } from "./run-command.ts";
import type { Wheel } from "./wheels.ts";

/** @throws HarnessError when there is no Python 3 with pip on the PATH. */
export async function requirePip(env: NodeJS.ProcessEnv): Promise<void> {
  const python = await runCommand("python3", ["-c", "import sys; sys.exit(sys.version_info < (3, 8))"], env);
  if (python.code !== 0)
    throw new HarnessError(
      `The tensorflow engine is installed with pip, and there is no python3 (3.8 or newer) on the PATH. Install Python 3 with pip and run "npm run engine install", or use --engine wasm.`,
      EXIT.cannotJudge,
    );
  const pip = await runCommand("python3", ["-m", "pip", "--version"], env);
  if (pip.code !== 0)
    throw new HarnessError(
      `The tensorflow engine is installed with pip, and this python3 has none: ${lastLine(pip.stderr)}. Install pip (python3-pip on Debian) and run "npm run engine install", or use --engine wasm.`,
      EXIT.cannotJudge,
    );
}

/**
 * Fetches one wheel with pip into `folder` and returns its path. Its sha256 is checked by pip and again here; it gets its
 * place in the folder only when it is whole, and is not fetched again when it is there and sound.
 */
export async function fetchWheel(
  wheel: Wheel,
  folder: string,
  env: NodeJS.ProcessEnv,
  progress: Progress,
): Promise<string> {
  const place = join(folder, `${wheel.name}-${wheel.version}-${wheel.sha256.slice(0, 12)}.whl`);
  const message = `${wheel.name} ${wheel.version}`;
  if (existsSync(place)) {
    if ((await sha256(place)) === wheel.sha256) return place;
    rmSync(place);
  }
  const partial = `${place}.${process.pid}.partial`;
  mkdirSync(join(partial, "done"), { recursive: true });
  const requirements = join(partial, "requirements.txt");
  writeFileSync(requirements, `${wheel.name}==${wheel.version} --hash=sha256:${wheel.sha256}\n`);
  let totalBytes = 0;
  const watch = setInterval(() => {
    const fraction = totalBytes ? Math.min(0.99, sizeOf(partial) / totalBytes) : undefined;
    progress({ stage: "download", message, ...(fraction === undefined ? {} : { fraction }) });
  }, 500);
  progress({ stage: "download", message });
  try {
    const { code, stderr, stdout } = await runCommand(
      "python3",
      pipArguments(wheel, requirements, partial),
      { ...env, TMPDIR: partial },
      (line) => {
        // "  Downloading tensorflow_cpu-….whl (273.8 MB)"
        const size = /Downloading .*\(([\d.]+) (kB|MB|GB)\)/.exec(line);
        if (size) totalBytes = Number(size[1]) * { kB: 1e3, MB: 1e6, GB: 1e9 }[size[2] as "MB"]!;
      },
    );
    const [file] = readdirSync(join(partial, "done"));
    if (code !== 0 || !file) throw pipFailed(wheel, stderr || stdout);
    if ((await sha256(join(partial, "done", file))) !== wheel.sha256) throw notThePinnedOne(wheel);
    renameSync(join(partial, "done", file), place);
    progress({ stage: "download", message, fraction: 1 });
    return place;
  } finally {
    clearInterval(watch);
    rmSync(partial, { recursive: true, force: true });
  }
}

function pipArguments(wheel: Wheel, requirements: string, partial: string): string[] {
  const download = [
    "-m",
    "pip",
    "download",
    "--no-deps",
    "--only-binary=:all:",
    "--require-hashes",
    "--disable-pip-version-check",
  ];
  // The C library does not depend on Python: any published Python version serves, whatever python3 is here.
  const python = ["--python-version", "3.11", "--implementation", "cp", "--abi", "cp311", "--abi", "none"];
  const platforms = wheel.platforms.flatMap((platform) => ["--platform", platform]);
  return [
    ...download,
    "--progress-bar",
    "off",
    ...python,
    ...platforms,
    "--dest",
    join(partial, "done"),
    "--requirement",
    requirements,
  ];
}

function pipFailed(wheel: Wheel, messages: string): HarnessError {
  const said = lastLine(
    messages
      .split("\n")
      .filter((line) => /ERROR|error/.test(line))
      .join("\n") || messages,
  );
  if (/HASHES|do not match/i.test(messages)) return notThePinnedOne(wheel);
  if (/No space left|Disk quota/i.test(messages))
    return new HarnessError(
      `pip could not store ${wheel.name}: ${said}. Free some space or set ${cacheVariable()} to another folder.`,
      EXIT.cannotJudge,
    );
  return new HarnessError(
    `pip could not download ${wheel.name} ${wheel.version}: ${said} Check the network (and pip's index settings) and run "npm run engine install" again, or use --engine wasm.`,
    EXIT.cannotJudge,
  );
}

function notThePinnedOne(wheel: Wheel): HarnessError {
  return new HarnessError(
    `The file that the package index gave for ${wheel.name} ${wheel.version} is not the pinned one (sha256 ${wheel.sha256}). Nothing was installed. Check the index or mirror that pip uses; or use --engine wasm.`,
    EXIT.cannotJudge,
  );
}

function sizeOf(folder: string): number {
  let bytes = 0;
  try {
    for (const name of readdirSync(folder, { recursive: true, encoding: "utf8" }))
      bytes += statSync(join(folder, name), { throwIfNoEntry: false })?.size ?? 0;
  } catch {
    // Files come and go while pip works.
  }
  return bytes;
}
