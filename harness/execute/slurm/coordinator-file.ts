/** Keeps two coordinators of one store apart, on two machines from which the cluster takes jobs: a file with a heartbeat. */
import { readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import { EXIT, HarnessError } from "../../errors.ts";
import { removeQuietly, writeAtomic } from "../../files/atomic-file.ts";

/** A heart that has not beaten for so long stands still. It beats at each look at the queue, 15 s apart at most. */
const DEAD_MS = 120_000;

const Holder = z.object({ host: z.string(), pid: z.int() });
type Holder = z.infer<typeof Holder>;

/** Another machine has the store now: its coordinator found the jobs of this one, and they are not to be cancelled. */
export class TakenOver extends HarnessError {}

export interface Hold {
  /** @throws TakenOver when another machine has taken the store meanwhile. */
  beat(): void;
  release(): void;
}

/**
 * Of the processes of one machine the store's lock lets in one alone.
 * @throws HarnessError when a coordinator of another machine is at the store, or nothing can be written there.
 */
export function holdForSlurm(store: string, me: Holder = { host: hostname(), pid: process.pid }): Hold {
  const file = join(store, "slurm", "coordinator.json");
  const take = (): void => writeAtomic(file, `${JSON.stringify(me)}\n`);
  const other = otherThan(me, file);
  if (other && ageOf(file) < DEAD_MS)
    throw new HarnessError(
      `The store ${store} is in use by process ${other.pid} on ${other.host}, which has jobs of it on Slurm. Wait until it is done, or stop it there: ${Math.round(DEAD_MS / 60_000)} minutes after it died its jobs are found from here.`,
      EXIT.cannotJudge,
    );
  take();
  return {
    beat() {
      const other = otherThan(me, file);
      if (other)
        throw new TakenOver(
          `Process ${other.pid} on ${other.host} has taken over the store ${store} and its jobs. Nothing was cancelled; look there.`,
          EXIT.cannotJudge,
        );
      try {
        take();
      } catch {
        // A disk that fails for a moment costs a beat; one that fails for long is found by what stores runs.
      }
    },
    release() {
      if (!otherThan(me, file)) removeQuietly(file);
    },
  };
}

/** Who has the store, where that is another machine. What cannot be read is nobody's. */
function otherThan({ host }: Holder, file: string): Holder | undefined {
  try {
    const holder = Holder.parse(JSON.parse(readFileSync(file, "utf8")));
    return holder.host === host ? undefined : holder;
  } catch {
    return undefined;
  }
}

/** Milliseconds since a file was written, by the clock of its file system: those of two machines differ. */
function ageOf(file: string): number {
  const now = `${file}.${hostname()}-${process.pid}.tmp`;
  writeFileSync(now, "");
  const ageMs = statSync(now).mtimeMs - statSync(file).mtimeMs;
  rmSync(now, { force: true });
  return ageMs;
}
