/** The lines of reports/evidence/campaign.json: the runs of a campaign and the revisions that train them. */
import { readFileSync } from "node:fs";
import { z } from "zod";
import { ENGINES } from "../../harness/engine/engine.ts";
import { EXIT, HarnessError, messageOf } from "../../harness/errors.ts";
import { canonicalJson } from "../../harness/store/run-key.ts";

const name = z.string().min(1);

export const Line = z.strictObject({
  /** Hash of the commit whose code does the runs: at least its first seven digits. */
  revision: z.string().regex(/^[0-9a-f]{7,40}$/, "7 to 40 hexadecimal digits of a commit's hash"),
  suite: name,
  /** Select runs by setting, claim and model; keep the first `replicates`. The revision must have the option. */
  setting: name.optional(),
  claim: name.optional(),
  model: name.optional(),
  replicates: z.int().min(1).max(10_000).optional(),
  /** Fixed, so that a machine without this engine does not train runs of another class. */
  engine: z.enum(ENGINES).default("tensorflow"),
  /** Priority 1 goes first. */
  priority: z.int().min(1).default(1),
});
export type Line = z.infer<typeof Line>;

const Campaign = z.strictObject({
  format: z.literal("reproducibility-campaign"),
  version: z.literal(1),
  lines: z.array(Line),
});

/** Identifies the work of a line, regardless of its priority: lines with equal keys are the same line. */
export function keyOf({ priority: _, ...line }: Line): string {
  return canonicalJson(line);
}

/** Whether two lines do the same work; a hash may abbreviate the other. */
function isSame(one: Line, other: Line): boolean {
  const digits = Math.min(one.revision.length, other.revision.length);
  const [a, b] = [one, other].map((line) => keyOf({ ...line, revision: line.revision.slice(0, digits) }));
  return a === b;
}

/** `toy-modes, claim gan-mean, at bb1515d`. */
export function nameOf({ suite, setting, claim, model, replicates, revision }: Line): string {
  const parts = { setting, claim, model, replicates };
  const words = Object.entries(parts).flatMap(([part, value]) => (value === undefined ? [] : [`${part} ${value}`]));
  return [suite, ...words, `at ${revision.slice(0, 7)}`].join(", ");
}

/** Options of a line for `suite` or `plan`. `plan` gets no `claim`, because one plan covers all claims of the runs. */
export function optionsOf({ setting, claim, model, replicates, engine }: Line, of: "suite" | "plan"): string[] {
  const options = { setting, model, replicates, engine, ...(of === "suite" && { claim }) };
  return [
    ...["--profile", "paper"],
    ...Object.entries(options).flatMap(([option, value]) => (value === undefined ? [] : [`--${option}`, `${value}`])),
  ];
}

/** @throws HarnessError (exit code 2) when the file is missing or is no list of lines */
export function readLines(file: string): Line[] {
  const fail = (why: string): HarnessError =>
    new HarnessError(`${file} is not a list of a campaign's lines: ${why}. CONTRIBUTING.md shows one.`, EXIT.wrongUse);
  let json: unknown;
  try {
    json = JSON.parse(readFileSync(file, "utf8"));
  } catch (error) {
    throw fail(messageOf(error));
  }
  const parsed = Campaign.safeParse(json);
  if (!parsed.success) {
    const { path, message } = parsed.error.issues[0]!;
    throw fail(`${path.length === 0 ? "" : `${path.join(".")}: `}${message}`);
  }
  const { lines } = parsed.data;
  const twice = lines.find((line, at) => lines.slice(0, at).some((before) => isSame(before, line)));
  if (twice) throw fail(`it has the line "${nameOf(twice)}" twice`);
  return lines;
}
