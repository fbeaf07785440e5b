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

/** The text below the options of `collect --help`. */
export const COLLECT_HELP = `Every run is checked before it is copied: schema, checksum, key, place, the chain of its store, and size and SHA-256 of its files. Finished and diverged runs are copied byte for byte, with the findings of revalidate (a newer finding in --into stays). Runs that crashed, timed out or have not ended are counted and left, as are stores inside the store (candidates/, reproductions/, times/). A run that --into already has with the same bits (end, weights, metrics, draws, arrays, state after the first updates) is skipped; weights that were left behind earlier are added. A run with other bits is listed with the values of both sides; nothing is overwritten. Runs that the selected ones start from are copied too. After an interruption run the same command again.

Exit code 3: a run failed a check or has other bits in --into, or files of the other store were altered or deleted; all other runs are copied.

--json prints one object: from, into (folders), runs (selected results), taken [{key, path, file, state, weights: brought | left-behind | none}], alreadyHere, weightsAdded [file], revalidations, unsealed, left {crashed, timedOut, underWay, setAside}, notTaken [{kind, file, message}], differing [{key, path, file, differences [{what, here, there}]}], problems [{kind, file, message}], unknownKeys [key], chained, remaining, stopped (name of a signal, or null). file is the path of a record below either store.`;
