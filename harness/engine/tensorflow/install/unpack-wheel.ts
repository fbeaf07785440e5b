import { EXIT, HarnessError } from "../../../errors.ts";
import { cacheVariable } from "../../../files/cache-dir.ts";
import type { Progress } from "./progress.ts";
import { lastLine, runCommand } from "./run-command.ts";
import type { Wheel } from "./wheels.ts";

/** Python's own zip reader copes with files past 2 GB, checks every CRC, and is there because pip is. */
const UNPACK = `
import os, sys, zipfile
wheel, folder, prefixes = sys.argv[1], sys.argv[2], tuple(sys.argv[3:])
with zipfile.ZipFile(wheel) as archive:
    members = [m for m in archive.infolist() if m.filename.startswith(prefixes) or '.dist-info/licenses/' in m.filename or m.filename.endswith('.dist-info/LICENSE')]
    missing = [p for p in prefixes if not any(m.filename.startswith(p) for m in members)]
    if missing: sys.exit('the wheel has no ' + ', '.join(missing))
    total, done, percent = sum(m.file_size for m in members) or 1, 0, 0
    for m in members:
        path = archive.extract(m, folder)
        if (m.external_attr >> 16) & 0o111 and not m.is_dir(): os.chmod(path, 0o755)
        done += m.file_size
        if 100 * done // total > percent:
            percent = 100 * done // total
            print(percent / 100, flush=True)
`;

/** Unpacks the needed part of a wheel into `folder`. @throws HarnessError when it is damaged or there is no room. */
export async function unpackWheel(
  file: string,
  wheel: Wheel,
  folder: string,
  env: NodeJS.ProcessEnv,
  progress: Progress,
): Promise<void> {
  const message = `${wheel.name} ${wheel.version}`;
  progress({ stage: "unpack", message, fraction: 0 });
  const { code, stderr } = await runCommand(
    "python3",
    ["-I", "-c", UNPACK, file, folder, ...wheel.unpack],
    env,
    (line) => progress({ stage: "unpack", message, fraction: Number(line) }),
  );
  if (code !== 0)
    throw new HarnessError(
      `Could not unpack ${wheel.name} ${wheel.version} into ${folder}: ${lastLine(stderr)}. Free some space (4 GB with CUDA: 12 GB) or set ${cacheVariable()} to another folder, and try again.`,
      EXIT.cannotJudge,
    );
}
