/** What a night leaves for machines and people. */
import { xmlText } from "../../reports/exports/junit.ts";
import { markdownTable, markdownText } from "../../reports/exports/markdown.ts";
import type { Step } from "./course.ts";
import type { NightResult } from "./night.ts";

const ELEMENT: Readonly<Record<Step["outcome"], string | null>> = {
  passed: null,
  failed: "failure",
  error: "error",
  // JUnit has no word for what is judged and open: it must not fail, and must not look passed.
  undecided: "skipped",
  skipped: "skipped",
};

export function junit({ steps }: NightResult, date: string): string {
  const count = (outcome: Step["outcome"]): number => steps.filter((step) => step.outcome === outcome).length;
  const counts = `tests="${steps.length}" failures="${count("failed")}" errors="${count("error")}" skipped="${count("skipped") + count("undecided")}"`;
  const cases = steps.map(({ name, outcome, message, seconds }) => {
    const element = ELEMENT[outcome];
    const inside =
      element === null ? `<system-out>${xmlText(message)}</system-out>` : `<${element} message="${xmlText(message)}"/>`;
    return `    <testcase classname="nightly" name="${xmlText(name)}" time="${seconds.toFixed(1)}">${inside}</testcase>\n`;
  });
  return `<?xml version="1.0" encoding="UTF-8"?>
<testsuites ${counts}>
  <testsuite name="nightly" ${counts} timestamp="${xmlText(date)}">
${cases.join("")}  </testsuite>
</testsuites>
`;
}

export function markdown({ steps, notRun, summary }: NightResult, date: string): string {
  const rows = steps.map(({ name, outcome, message, seconds }) => [
    markdownText(name),
    outcome,
    markdownText(message),
    (seconds / 60).toFixed(1),
  ]);
  return `${[
    `# ${markdownText(summary)}`,
    date,
    markdownTable(["step", "outcome", "what it says", "minutes"], rows),
    ...(notRun.length > 0 ? ["Not run:", notRun.map((line) => `- ${markdownText(line)}`).join("\n")] : []),
  ].join("\n\n")}\n`;
}
