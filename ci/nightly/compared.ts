/** Today's code against a baseline: a regression counts when fresh seeds show the same one. */
import { z } from "zod";
import { type Baselined, type Course, MINUTE, passed, read, type StepOutcome } from "./course.ts";

const Verdict = z.enum(["REGRESSED", "IMPROVED", "EQUIVALENT", "INCONCLUSIVE"]);
const Compared = z.object({
  report: z.string(),
  verdict: Verdict,
  comparisons: z
    .array(
      z
        .object({
          slot: z.string(),
          setting: z.string(),
          quantity: z.object({ label: z.string() }).loose(),
          verdict: Verdict,
        })
        .loose(),
    )
    .min(1),
});
type Compared = z.infer<typeof Compared>;

/** Of what is left of the night, so much at most goes into further runs of one compare. */
const COMPARE_SHARE = 0.2;

const nameOf = ({ slot, setting, quantity }: Compared["comparisons"][number]): string =>
  `${quantity.label} of ${slot}, ${setting}`;
const allOf = ({ comparisons }: Compared, verdict: z.infer<typeof Verdict>): string[] =>
  comparisons.filter((one) => one.verdict === verdict).map(nameOf);

/** A regression counts when fresh seeds show the same one: what is called one by chance is not called one twice. */
export async function compared(
  course: Course,
  suite: string,
  { revision, seed, comparable }: Baselined,
): Promise<StepOutcome> {
  const { given, left, run } = course;
  const compare = async (more: readonly string[]): Promise<Compared> => {
    const budget = Math.max(1, Math.floor((COMPARE_SHARE * left()) / MINUTE));
    return read(
      Compared,
      await run(["compare", suite, "--profile", "quick", "--json", "--budget", String(budget), ...more]),
    );
  };
  const byItsCode = ["--rev", revision];
  const found = await compare([...(comparable ? [] : byItsCode), "--seed", seed]);
  const bad = allOf(found, "REGRESSED");
  if (bad.length === 0) {
    const open = allOf(found, "INCONCLUSIVE");
    if (open.length === 0) return passed(`${found.verdict}, ${found.comparisons.length} comparisons`, found.report);
    const message = `nothing is REGRESSED; INCONCLUSIVE: ${open.length} of ${found.comparisons.length} comparisons`;
    return { outcome: "undecided", message, report: found.report };
  }
  given.say(`${suite}: REGRESSED (${bad.join("; ")}); once more on fresh seeds, both sides`);
  const again = await compare([...byItsCode, "--seed", given.freshSeed(suite)]);
  const confirmed = bad.filter((name) => allOf(again, "REGRESSED").includes(name));
  if (confirmed.length > 0)
    return {
      outcome: "failed",
      message: `REGRESSED, also on fresh seeds: ${confirmed.join("; ")}`,
      report: again.report,
    };
  const open = bad.filter((name) => allOf(again, "INCONCLUSIVE").includes(name));
  if (open.length > 0) {
    const message = `REGRESSED once, INCONCLUSIVE on fresh seeds: ${open.join("; ")}`;
    return { outcome: "undecided", message, report: again.report };
  }
  return passed(`REGRESSED once (${bad.join("; ")}), not on fresh seeds: not called a regression`, again.report);
}
