/** Cancels jobs and sees to it that they are gone. */
import { HarnessError, messageOf } from "../../errors.ts";
import { isAlive } from "./commands.ts";
import { Pace, type World } from "./world.ts";

/** How long tasks that are cancelled may take to write their checkpoints; clusters give them KillWait, mostly 30 s. */
const CANCEL_MS = 300_000;

/** Resolves when they are gone, or after the time, with what is left said. Slurm is asked again where it does not answer. */
export async function cancelAll(names: readonly string[], world: World, say: (line: string) => void): Promise<void> {
  if (names.length === 0) return;
  const until = world.now() + CANCEL_MS;
  const pace = new Pace();
  let [told, said] = [false, ""];
  const tell = (line: string): void => {
    if (line !== said) say(line);
    said = line;
  };
  for (;;) {
    let left: string;
    try {
      if (!told) await world.slurm.cancel(names);
      told = true;
      const alive = (await world.slurm.queue(names)).filter(isAlive).length;
      if (alive === 0) return;
      left = `Slurm still has ${alive} of the jobs; it was told to end them.`;
      if (said === "") tell(`Slurm: ${alive} jobs are cancelled; those at work write their checkpoints.`);
    } catch (error) {
      if (!(error instanceof HarnessError)) throw error;
      left = `${messageOf(error)} Its jobs may go on. scancel --name=${names.join(",")} ends them.`;
      tell(`${messageOf(error)} It is told again to end the jobs.`);
    }
    if (world.now() > until) return say(left);
    await world.sleep(Math.min(2_000, pace.next(false)));
  }
}
