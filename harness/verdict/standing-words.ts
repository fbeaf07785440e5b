import type { Finding } from "../store/revalidation.ts";
import { commandOn } from "../terminal/commands.ts";
import type { Standing } from "./standing.ts";

/**
 * Problem and remedy for runs with these standings, or null if all of them count as results of today's code.
 * @param store folder as shown in commands; the default store if absent
 */
export function notToday(standings: readonly Standing[], suite: string, store?: string): string | null {
  const command = (...options: string[]): string => commandOn("revalidate", suite, store, options);
  const count = (standing: Standing): number => standings.filter((other) => other === standing).length;
  const [stale, unchecked] = [count("stale"), count("unchecked")];
  const of = (n: number): string => `${n} of ${standings.length} runs`;
  const said = [
    ...(stale > 0
      ? [
          `${of(stale)} come out differently under today's code. "${command()}" says how; after "${command("--set-aside")}" they are done again by the suite's next command.`,
        ]
      : []),
    ...(unchecked > 0
      ? [`${of(unchecked)} were made by other code than today's and not checked against it. Run "${command()}".`]
      : []),
  ];
  return said.length > 0 ? said.join(" ") : null;
}

/**
 * A note on runs of other code that could not be verified, or only in part; null without such runs. They count.
 * @param store folder as shown in commands; the default store if absent
 */
export function notVerified(standings: readonly Standing[], suite: string, store?: string): string | null {
  const command = (...options: string[]): string => commandOn("revalidate", suite, store, options);
  const count = (standing: Standing): number => standings.filter((other) => other === standing).length;
  const [replayed, unverified] = [count("replayed"), count("unverified")];
  const of = (n: number): string => `${n} of ${standings.length} runs`;
  const said = [
    ...(replayed > 0
      ? [
          `${of(replayed)} were made by other code than today's: their first updates come out the same under it, their metrics were not measured again, as their weights are not here.`,
        ]
      : []),
    ...(unverified > 0
      ? [
          `${of(unverified)} were made by other code than today's and their first updates cannot be made again ("${command()}" says why).`,
        ]
      : []),
  ];
  return said.length > 0 ? `${said.join(" ")} They count as they are.` : null;
}

/** Result of a run's check, in a line. */
export function findingText(finding: Finding): string {
  const measured =
    finding.measuredFrom === "arrays"
      ? "metrics measured again from the stored arrays"
      : finding.measuredFrom === "nothing"
        ? "metrics not measured again"
        : null;
  switch (finding.verdict) {
    case "stands": {
      const updates = finding.processor
        ? `first updates equal those of the run's own code on ${finding.processor}, where the stored bits cannot be repeated`
        : "first updates equal";
      return measured === null && !finding.processor
        ? "stands"
        : [`stands: ${updates}`, measured ?? []].flat().join(", ");
    }
    case "stale":
      return measured === null ? "stale" : `stale (${measured})`;
    case "unverifiable":
      return `unverifiable: ${finding.reason}`;
  }
}
