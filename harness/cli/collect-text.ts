import type { Collected, DifferingRun } from "../store/collect.ts";

/** The result of a collect, line by line; `from` and `into` are the folders of the stores. */
export function* collectedText(collected: Collected, from: string, into: string): Generator<string> {
  const { runs, taken, alreadyHere, weightsAdded, revalidations, unsealed, left, chained } = collected;
  const without = taken.filter(({ weights }) => weights === "left-behind").length;
  yield `${taken.length} of ${runs} runs copied from ${from} to ${into}; ${alreadyHere} were there with the same bits.`;
  const notes = [
    ...(without > 0 ? [`Copied without weights: ${without}.`] : []),
    ...(weightsAdded.length > 0 ? [`Weights added to runs that were there: ${weightsAdded.length}.`] : []),
    ...(revalidations > 0 ? [`Findings of revalidate copied: ${revalidations}.`] : []),
    ...(unsealed > 0 ? [`Copied records of an older version, without a checksum: ${unsealed}.`] : []),
    ...(chained || runs === 0 ? [] : ["The other store has no chain: deleted runs cannot be detected there."]),
  ];
  yield* notes;
  const others = [
    ...(left.crashed > 0 ? [`${left.crashed} crashed`] : []),
    ...(left.timedOut > 0 ? [`${left.timedOut} timed out`] : []),
    ...(left.underWay > 0 ? [`${left.underWay} not ended`] : []),
    ...(left.setAside > 0 ? [`${left.setAside} set aside in ${into} earlier`] : []),
  ];
  if (others.length > 0) yield `Not copied: ${others.join(", ")}.`;
  for (const { file, message } of collected.notTaken) yield `NOT TAKEN  ${file}: ${message}.`;
  for (const run of collected.differing) yield* differs(run, from, into);
  for (const { kind, file, message } of collected.problems)
    yield `${kind.toUpperCase().padEnd(10)} ${file}: ${message}.`;
}

/** Maximum of printed differences per run; --json has all. */
const SHOWN = 4;

function* differs({ file, differences }: DifferingRun, from: string, into: string): Generator<string> {
  const more = differences.length > SHOWN ? `, and ${differences.length - SHOWN} more` : "";
  const side = (which: "here" | "there"): string =>
    differences
      .slice(0, SHOWN)
      .map((difference) => `${difference.what} ${shortened(difference[which])}`)
      .join(", ");
  yield `DIFFERENT  ${file}: the two stores have results with different bits. Neither was changed.`;
  yield `  ${into}: ${side("here")}${more}`;
  yield `  ${from}: ${side("there")}${more}`;
}

const shortened = (value: string): string => (value.length > 24 ? `${value.slice(0, 23)}…` : value);
