/** The result page, in Markdown: nothing on it is typed by hand but the words. */
import { wilsonInterval } from "../../harness/statistics/wilson.ts";
import { POPULATIONS } from "./populations.ts";
import type { Procedure } from "./procedure.ts";
import { above, judged, type Rate, simultaneousAlpha } from "./simulate.ts";

/** Three digits or so: "4.90 %", "12.0 %", and "0.0 %" where rounding leaves nothing. */
const percent = (share: number): string => `${(100 * share).toFixed(share >= 5e-5 && share < 0.1 ? 2 : 1)} %`;
const bare = (share: number): string => percent(share).replace(" %", "");

/** "4.90 % (4.33 to 5.53)": the rate with its 95 % Wilson interval. */
function shown({ count, studies }: Rate): string {
  const { low, high } = wilsonInterval(count, studies);
  return `${percent(count / studies)} (${bare(low)} to ${bare(high)})`;
}

/** `rates`: the procedures in use; `tried`: rejected procedures; `shifted`: every verdict under a shift. */
export function page(
  rates: readonly Rate[],
  tried: readonly Rate[],
  { seed, studies }: { readonly seed: string; readonly studies: number },
  shifted: readonly Rate[] = [],
): string {
  const alpha = simultaneousAlpha(rates);
  const held = judged(rates);
  const stress = rates.filter(({ claimed }) => !claimed);
  const tested = stress.filter(({ nominal }) => nominal !== null);
  const [heldAbove, stressAbove] = [held, tested].map((some) => some.filter((rate) => above(rate, alpha)));
  return `${[
    "# How often verdicts are wrong where the truth is known",
    `**Where a procedure claims its level, ${heldAbove!.length} of ${held.length} false-alarm rates are above nominal.** Outside of that, under stress, ${stressAbove!.length} of ${tested.length} are: [what they mean](#stress-outside-what-it-claims).`,
    `Simulated papers and replications, judged by the code that judges the real ones. Made by \`node --import tsx ci/calibration/calibrate.ts --studies ${studies}\`, seed "${seed}"; made again, it is the same to the byte.`,
    "All numbers are in SDs of one run. Units are drawn from:",
    POPULATIONS.map(({ name, what }) => `- **${name}**: ${what}`).join("\n"),
    `A cell is the share of simulated studies with its 95 % Wilson interval. A rate is called above its nominal one where an exact binomial test rejects it, one-sided at 0.05/${held.length}: if all ${held.length} rates that are held to it were nominal, one of them would be called above with probability 0.05 at most. Fewer studies go into a cell where a test takes long, and a fifth where only power is counted. Where a procedure claims its level follows from its theory, named with each, and not from the rates.`,
    "An identity has no row: it compares exact values with a tolerance, and no chance is in it.",
    "## Where the procedure claims its level",
    ...proceduresOf(heldAbove!).map((procedure) =>
      listed(procedure, heldAbove!, "Theory promises these rates: a fault to be found."),
    ),
    ...sections(
      rates.filter(({ claimed }) => claimed),
      alpha,
    ),
    "## Stress: outside what it claims",
    "Nothing is promised here. These are limits to know when a verdict is read.",
    proceduresOf(tested)
      .map((procedure) => listed(procedure, stressAbove!, procedure.level.outside ?? ""))
      .join("\n"),
    ...sections(stress, alpha),
    ...(shifted.length === 0
      ? []
      : [
          "## Every verdict under a shift",
          "CONSISTENT says little with few runs: it comes often where the truth is off by a margin. Beside each one, reports print the smallest deviation that its runs would have shown.",
          ...proceduresOf(shifted).flatMap((procedure) =>
            shiftSection(shifted.filter((rate) => rate.procedure === procedure)),
          ),
        ]),
    ...(tried.length === 0 ? [] : ["## Tried and left out", ...sections(tried, alpha)]),
  ].join("\n\n")}\n`;
}

/** A procedure with a sentence, and those of the rates `over` nominal that are its own. */
function listed(procedure: Procedure, over: readonly Rate[], sentence: string): string {
  const own = over.filter((rate) => rate.procedure === procedure);
  const lines = own.map(
    (rate) =>
      `  - ${rate.outcomes.join(" or ")}, ${rate.truth.means}, ${rate.population.name}, n = ${rate.n}: ${shown(rate)}, nominal ${percent(rate.nominal!)}`,
  );
  const head = `- **${procedure.title}.** ${sentence} ${own.length === 0 ? "No rate is above nominal." : "Above nominal:"}`;
  return [head, ...lines].join("\n");
}

const proceduresOf = (rates: readonly Rate[]): Procedure[] => [...new Set(rates.map(({ procedure }) => procedure))];

const sections = (rates: readonly Rate[], alpha: number): string[] =>
  proceduresOf(rates).flatMap((procedure) =>
    section(
      rates.filter((rate) => rate.procedure === procedure),
      alpha,
    ),
  );

/** Heading, design and table of one procedure's rates. */
function section(rates: readonly Rate[], alpha: number): string[] {
  const { title, design, sizes, level: promised } = rates[0]!.procedure;
  const ns = sizes.map(({ n }) => n).filter((n) => rates.some((rate) => rate.n === n));
  const lines = new Map<string, Rate[]>();
  for (const rate of rates) {
    const key = `${rate.truth.means}|${rate.outcomes.join(" or ")}|${rate.nominal}|${rate.population.name}`;
    lines.set(key, [...(lines.get(key) ?? []), rate]);
  }
  const rows = [...lines.values()].map((line) => {
    const [{ truth, outcomes, nominal, population }] = line as [Rate];
    const over = line.filter((rate) => above(rate, alpha)).map(({ n }) => n);
    const passes = nominal === null ? "" : over.length === 0 ? "yes" : `**no** at n = ${over.join(", ")}`;
    const limit = nominal === null ? "power" : percent(nominal);
    const cells = ns.map((n) => {
      const rate = line.find((one) => one.n === n);
      return rate ? shown(rate) : "";
    });
    return [truth.means, outcomes.join(" or "), limit, population.name, ...cells, passes];
  });
  const studies = ns.map((n) => Math.max(...rates.filter((rate) => rate.n === n).map((rate) => rate.studies)));
  const heads = ["truth", "said", "at most", "population", ...ns.map((n) => `n = ${n}`), "at most nominal"];
  const table = [heads, heads.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
  const sizesSaid = ns.map((n, i) => `${studies[i]} at n = ${n}`).join(", ");
  return [`### ${title}`, `${design} ${promised.theory} Studies a cell: ${sizesSaid}.`, table];
}

/** Table of all outcomes of a procedure: a row per truth, population and number of units, a column per outcome. */
function shiftSection(rates: readonly Rate[]): string[] {
  const { title, design, level } = rates[0]!.procedure;
  const outcomes = [...new Set(rates.map((rate) => rate.outcomes.join(" or ")))];
  const lines = new Map<string, Rate[]>();
  for (const rate of rates) {
    const key = JSON.stringify([rate.truth.means, rate.population.name, rate.n]);
    lines.set(key, [...(lines.get(key) ?? []), rate]);
  }
  const rows = [...lines.values()].map((line) => [
    line[0]!.truth.means,
    line[0]!.population.name,
    String(line[0]!.n),
    ...outcomes.map((outcome) => shown(line.find((rate) => rate.outcomes.join(" or ") === outcome)!)),
  ]);
  const heads = ["truth", "population", "n", ...outcomes];
  const table = [heads, heads.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
  return [`### ${title}`, `${design} ${level.theory} Studies a cell: ${rates[0]!.studies}.`, table];
}
