/** The result page, in Markdown: nothing on it is typed by hand but the words. */
import { POPULATIONS } from "./populations.ts";
import type { Procedure } from "./procedure.ts";
import { above, type Rate, simultaneousLevel, wilson } from "./simulate.ts";

const percent = (share: number): string => `${(100 * share).toFixed(share > 0 && share < 0.1 ? 2 : 1)} %`;
const bare = (share: number): string => percent(share).replace(" %", "");

/** "4.90 % (4.33 to 5.53)": the rate with its 95 % Wilson interval. */
function shown({ count, studies }: Rate): string {
  const { low, high } = wilson(count, studies, 0.95);
  return `${percent(count / studies)} (${bare(low)} to ${bare(high)})`;
}

export function page(
  rates: readonly Rate[],
  { seed, studies }: { readonly seed: string; readonly studies: number },
): string {
  const level = simultaneousLevel(rates);
  const withNominal = rates.filter(({ nominal }) => nominal !== null);
  const worse = withNominal.filter((rate) => above(rate, level));
  const procedures = [...new Set(rates.map(({ procedure }) => procedure))];
  return `${[
    "# How often verdicts are wrong where the truth is known",
    `Simulated papers and replications, judged by the code that judges the real ones. Made by \`node --import tsx ci/calibration/calibrate.ts --studies ${studies}\`, seed "${seed}"; made again, it is the same to the byte.`,
    "All numbers are in SDs of one run. Units are drawn from:",
    POPULATIONS.map(({ name, what }) => `- **${name}**: ${what}`).join("\n"),
    `A cell is the share of simulated studies with its 95 % Wilson interval. A rate is called above its nominal one where the interval of coverage ${level.toFixed(5)} lies above it: so wide that ${withNominal.length} rates that are all nominal would show one above with probability 0.05. Fewer studies go into a cell where a test takes long, and a fifth where only power is counted.`,
    "An identity has no row: it compares exact values with a tolerance, and no chance is in it.",
    "## What is above nominal",
    findings(worse, withNominal.length),
    ...procedures.flatMap((procedure) =>
      section(
        rates.filter((rate) => rate.procedure === procedure),
        level,
      ),
    ),
  ].join("\n\n")}\n`;
}

function findings(worse: readonly Rate[], all: number): string {
  const head = `${worse.length} of ${all} rates are above their nominal one.`;
  if (worse.length === 0) return head;
  const byProcedure = [...new Set(worse.map(({ procedure }) => procedure))].map((procedure) => {
    const own = worse.filter((rate) => rate.procedure === procedure);
    const items = own.map(
      (rate) =>
        `  - ${rate.outcomes.join(" or ")}, ${rate.truth.means}, ${rate.population.name}, n = ${rate.n}: ${shown(rate)}, nominal ${percent(rate.nominal!)}`,
    );
    return [`- ${procedure.title}. ${reasonOf(procedure)}`, ...items].join("\n");
  });
  return [head, byProcedure.join("\n")].join("\n\n");
}

const reasonOf = ({ limit }: Procedure): string =>
  limit === undefined ? "No reason is known: this is a fault to be found." : `A known limit: ${limit}`;

/** Heading, design and table of one procedure's rates. */
function section(rates: readonly Rate[], level: number): string[] {
  const { title, design, sizes } = rates[0]!.procedure;
  const ns = sizes.map(({ n }) => n);
  const lines = new Map<string, Rate[]>();
  for (const rate of rates) {
    const key = `${rate.truth.means}|${rate.outcomes.join(" or ")}|${rate.nominal}|${rate.population.name}`;
    lines.set(key, [...(lines.get(key) ?? []), rate]);
  }
  const rows = [...lines.values()].map((line) => {
    const [{ truth, outcomes, nominal, population }] = line as [Rate];
    const over = line.filter((rate) => above(rate, level)).map(({ n }) => n);
    const passes = nominal === null ? "" : over.length === 0 ? "yes" : `**no** at n = ${over.join(", ")}`;
    const limit = nominal === null ? "power" : percent(nominal);
    const cells = ns.map((n) => shown(line.find((rate) => rate.n === n)!));
    return [truth.means, outcomes.join(" or "), limit, population.name, ...cells, passes];
  });
  const studies = ns.map((n) => Math.max(...rates.filter((rate) => rate.n === n).map((rate) => rate.studies)));
  const heads = ["truth", "said", "at most", "population", ...ns.map((n) => `n = ${n}`), "at most nominal"];
  const table = [heads, heads.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
  const sizesSaid = ns.map((n, i) => `${studies[i]} at n = ${n}`).join(", ");
  return [`## ${title}`, `${design} Studies a cell: ${sizesSaid}.`, table];
}
