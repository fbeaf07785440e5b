/** Results of the bench for people: lines for a terminal, a Markdown table for a README. */
import type { BenchResult } from "./result.ts";
import type { Spread } from "./spread.ts";

/** Milliseconds in three digits, in the unit they are read in: "0.0123 ms", "12.3 ms", "4.56 s". */
export function time(ms: number): string {
  return ms < 1_000 ? `${digits(ms)} ms` : `${digits(ms / 1_000)} s`;
}

function digits(value: number): string {
  return value >= 100 ? value.toFixed(0) : value.toPrecision(3);
}

const megabytes = (bytes: number | null): string => (bytes === null ? "unknown" : `${(bytes / 1e6).toFixed(0)} MB`);
const quartiles = ({ q1, q3 }: Spread, show: (value: number) => string): string => `${show(q1)} to ${show(q3)}`;
const share = (value: number): string => value.toFixed(3);

/** A result as lines: each contestant's times and memory, then ours by each other's. */
export function resultText(result: BenchResult): string {
  const { measured, ratio, machine, alternations } = result;
  const width = Math.max(...measured.map(({ name }) => name.length));
  const [ours] = measured;
  const binding = machine.boundTo === null ? "not bound to a core" : `bound to core ${machine.boundTo}`;
  return [
    `${result.case}: ${result.title}`,
    `  ${result.conditions}`,
    `  ${alternations} alternations, ${binding}; ${machine.cpu.trim()}, ${machine.cores} cores, Node ${machine.node}`,
    ...measured.map(
      ({ name, ms, peakMemoryBytes }) =>
        `  ${name.padEnd(width)}  median ${time(ms.median)}, quartiles ${quartiles(ms, time)}, ${time(ms.min)} to ${time(ms.max)}, n = ${ms.n}; peak memory ${megabytes(peakMemoryBytes)}`,
    ),
    ...Object.entries(ratio).map(
      ([name, { time, peakMemory }]) =>
        `  ${ours!.name} by ${name}: ${share(time.median)} of the time, quartiles ${quartiles(time, share)}, ${share(time.min)} to ${share(time.max)}${peakMemory === null ? "" : `; ${share(peakMemory)} of the memory`}`,
    ),
  ].join("\n");
}

/** Results as a Markdown table, a row a comparison, with date and machine under it. */
export function resultTable(results: readonly BenchResult[]): string {
  const rows = results.flatMap((result) => {
    const [ours] = result.measured;
    const compared = Object.entries(result.ratio).map(
      ([name, { time: by, peakMemory }]) =>
        `| \`${result.case}\` | ${time(ours!.ms.median)} | ${name} | **${share(by.median)}** (${quartiles(by, share)}) | ${peakMemory === null ? "" : share(peakMemory)} |`,
    );
    return compared.length > 0 ? compared : [`| \`${result.case}\` | ${time(ours!.ms.median)} | | | |`];
  });
  return [
    "| case | ours, median | beside | ours by theirs: median (quartiles) | peak memory |",
    "| --- | --- | --- | --- | --- |",
    ...rows,
    "",
    ...provenance(results),
  ].join("\n");
}

function provenance(results: readonly BenchResult[]): string[] {
  const lines = results.map(({ measuredAt, machine: { cpu, cores, node }, measured }) => {
    const versions = Object.entries(Object.assign({}, ...measured.map((each) => each.versions)) as object);
    const named = versions.map(([name, version]) => `${name} ${version}`).sort();
    return { where: `${measuredAt.slice(0, 10)}, ${cpu.trim()}, ${cores} cores, Node ${node}`, named };
  });
  const places = [...new Set(lines.map(({ where }) => where))];
  const versions = [...new Set(lines.flatMap(({ named }) => named))].sort();
  return [`Measured ${places.join("; ")}${versions.length > 0 ? ` (${versions.join(", ")})` : ""}.`];
}
