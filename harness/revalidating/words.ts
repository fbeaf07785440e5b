import type { Standing } from "./standing.ts";

/** What is wrong with runs of these standings and what to do, or null when all of them are results of today's code. */
export function notToday(standings: readonly Standing[], suite: string): string | null {
  const count = (standing: Standing): number => standings.filter((other) => other === standing).length;
  const [stale, unchecked] = [count("stale"), count("unchecked")];
  const of = (n: number): string => `${n} of ${standings.length} runs`;
  const said = [
    ...(stale > 0
      ? [
          `${of(stale)} come out differently under today's code. "npm run revalidate ${suite}" says how; with "-- --set-aside" they are done again by the suite's next command.`,
        ]
      : []),
    ...(unchecked > 0
      ? [
          `${of(unchecked)} were made by other code than today's and not checked against it. Run "npm run revalidate ${suite}".`,
        ]
      : []),
  ];
  return said.length > 0 ? said.join(" ") : null;
}

/** Of diverged runs of other code that cannot be checked, or null when there are none. */
export function notVerified(standings: readonly Standing[]): string | null {
  const n = standings.filter((standing) => standing === "unverified").length;
  return n === 0
    ? null
    : `${n} of ${standings.length} runs diverged under other code than today's and left nothing to check; they count as they are.`;
}
