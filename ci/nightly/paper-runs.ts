/** What is left of a night goes to the paper's profile. */
import { z } from "zod";
import { soonest, type Waiting, waitingClaims } from "../next-claim.ts";
import { type Course, failedToJudge, Judged, MINUTE, passed, read } from "./course.ts";

const Planned = z.object({
  stored: z.int(),
  claims: z.array(z.object({ claim: z.string(), waitsFor: z.array(z.int()), ms: z.number() }).loose()),
});
const Revalidated = z.object({
  runs: z.array(z.object({ standing: z.string(), engine: z.string() }).loose()).min(1),
});

/** Less than this is not worth a start of the paper's profile. */
const LEAST_PAPER_MS = 5 * 60_000;

/**
 * What is left of the night goes to the paper's profile: again and again to the claim that gains most a minute, which is
 * the number of claims that are decided once its runs are done over the time that those take. Verdicts are given on all
 * planned runs of a claim and on nothing less, once: it does not matter how many nights they took, or who looked when.
 */
export async function paperRuns(course: Course): Promise<void> {
  const { given, left, step, run } = course;
  if (given.paper.length === 0 || left() < LEAST_PAPER_MS) return;
  const open = new Map<string, (Waiting & { readonly suite: string })[]>();
  const tried = new Set<string>();
  const plan = async (suite: string): Promise<number> => {
    const { stored, claims } = read(Planned, await run(["plan", suite, "--profile", "paper", "--json"]));
    open.set(
      suite,
      waitingClaims(claims).map((waiting) => ({ suite, ...waiting })),
    );
    return stored;
  };
  const chosen = await step("paper profile", async () => {
    const standing = [];
    for (const suite of given.paper)
      if ((await plan(suite)) > 0) standing.push(await stillStands(suite, course).then((why) => ({ suite, why })));
    const fallen = standing.filter(({ why }) => why !== null);
    for (const { suite } of fallen) open.delete(suite);
    if (fallen.length > 0)
      return { outcome: "undecided", message: fallen.map(({ why }) => why).join(" "), report: null };
    const claims = [...open.values()].flat().length;
    return passed(claims === 0 ? "no claim waits for runs" : `${claims} claims wait for runs`);
  });
  if (chosen === "error") return;
  while (left() >= LEAST_PAPER_MS) {
    const waiting = [...open.values()].flat().filter(({ suite, claim }) => !tried.has(`${suite} ${claim}`));
    if (waiting.length === 0) return;
    const { suite, claim, runs, ms } = soonest(waiting);
    tried.add(`${suite} ${claim}`);
    const cost = `${runs} runs, about ${(ms / (60 * MINUTE)).toFixed(1)} h of one core`;
    const outcome = await step(`paper ${suite}, ${claim}`, async () => {
      const ended = await run(["suite", suite, "--profile", "paper", "--claim", claim, "--yes", "--json"]);
      if (ended.stopped) return passed(`as far as the night went, of ${cost}; it goes on from there`);
      const { report, judgements } = read(Judged, ended);
      const verdict = judgements.find(({ claimId }) => claimId === claim)?.verdict;
      return verdict === undefined ? failedToJudge("it was not judged") : passed(`${verdict} (${cost})`, report);
    });
    if (outcome !== "passed") open.delete(suite);
    else if (left() >= LEAST_PAPER_MS) await plan(suite).catch(() => open.delete(suite));
  }
}

/** Stored runs of other code are looked at once more; why the suite gets no more runs tonight, or null. */
async function stillStands(suite: string, { run, engineClass }: Course): Promise<string | null> {
  const { runs: all } = read(Revalidated, await run(["revalidate", suite, "--profile", "paper", "--json"]), [0, 3]);
  const runs = all.filter(({ engine }) => engine === engineClass);
  const count = (standing: string): number => runs.filter((one) => one.standing === standing).length;
  const fallen = count("stale") + count("unchecked");
  if (fallen === 0) return null;
  return `${suite}: ${fallen} of ${runs.length} stored runs are of other code and come out differently, or could not be checked here: see npm run revalidate ${suite} -- --profile paper; with --set-aside they are done again.`;
}
