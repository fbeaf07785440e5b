/** The result of a bisection for a person. */
import { simpleGit } from "simple-git";
import { thisProject } from "../project.ts";
import type { Tested } from "./bisect.ts";
import type { FoundBad } from "./first-bad.ts";

/** Prints the suspects of a bisection, or with `json` all of it as one JSON text. */
export async function printFirstBad({ suspects, tested, ...rest }: FoundBad, json: boolean): Promise<void> {
  const git = simpleGit(thisProject().root);
  const commits = await Promise.all(
    suspects.map(async (revision) => {
      const [subject, date] = (await git.raw("show", "--no-patch", "--format=%s%n%cs", revision)).trim().split("\n");
      return { revision, date: date!, subject: subject! };
    }),
  );
  if (json) return console.log(JSON.stringify({ suspects: commits, ...rest, tested }));
  console.log(
    commits.length === 1 ? "The first bad revision:" : "The first bad revision is one of these, oldest first:",
  );
  const whyNot = { skipped: "  (cannot do the runs)", undecided: "  (undecided)", good: "", bad: "" };
  const foundOf = (revision: string): Tested => tested.find((one) => one.revision === revision)?.found ?? "bad";
  for (const { revision, date, subject } of commits)
    console.log(`${revision.slice(0, 7)}  ${date}  ${subject}${whyNot[foundOf(revision)]}`);
  if (suspects.some((revision) => foundOf(revision) === "undecided"))
    console.log("More --replicates may decide those that are undecided.");
}
