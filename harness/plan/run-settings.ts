/** A run's settings by its suite's schema. */
import type { z } from "zod";
import type { RunSpec } from "../contract/run.ts";
import { HarnessError } from "../errors.ts";

/**
 * The settings of a run. The stored ones stay as they are.
 * @throws HarnessError that names suite, run, field and value of each fault
 */
export function settingsBy<Settings>(schema: z.ZodType<Settings>, suite: string, spec: RunSpec): Settings {
  const parsed = schema.safeParse(spec.settings);
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.flatMap(fieldFaults(spec.settings)).join("; ");
  throw new HarnessError(
    `Suite "${suite}": the run ${spec.path} has wrong settings: ${faults}. Correct them in the suite's plan, or its schema.`,
  );
}

type Issue = z.core.$ZodIssue;

/** Faults of a union are those of the branch with the fewest. */
const fieldFaults =
  (settings: unknown, above: readonly PropertyKey[] = []) =>
  (issue: Issue): string[] => {
    const path = [...above, ...issue.path];
    if (issue.code === "invalid_union" && issue.errors.length > 0) {
      const nearest = [...issue.errors].sort((a, b) => a.length - b.length)[0]!;
      return nearest.flatMap(fieldFaults(settings, path));
    }
    if (issue.code === "unrecognized_keys")
      return issue.keys.map((key) => `${said([...path, key])} = ${shown(settings, [...path, key])} is unknown`);
    return [`${said(path)} = ${shown(settings, path)}: ${issue.message}`];
  };

const said = (path: readonly PropertyKey[]): string => path.map(String).join(".") || "the settings";

function shown(settings: unknown, path: readonly PropertyKey[]): string {
  const value = path.reduce<unknown>((at, key) => (at as Record<PropertyKey, unknown> | undefined)?.[key], settings);
  return value === undefined ? "nothing" : JSON.stringify(value);
}
