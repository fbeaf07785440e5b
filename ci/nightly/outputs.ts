/** What a night leaves for machines and people. */
import { xmlText } from "../../reports/junit.ts";
import type { NightResult, Step } from "./night.ts";

const ELEMENT: Readonly<Record<Step["outcome"], string | null>> = {
  passed: null,
  failed: "failure",
  error: "error",
  skipped: "skipped",
};

export function junit({ steps }: NightResult, date: string): string {
  const count = (outcome: Step["outcome"]): number => steps.filter((step) => step.outcome === outcome).length;
  const counts = `tests="${steps.length}" failures="${count("failed")}" errors="${count("error")}" skipped="${count("skipped")}"`;
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

/** Markdown's own characters lose their meaning. */
const plain = (text: string): string => text.replace(/[\\`*_{}[\]()#+|<>!-]/g, "\\$&").replace(/\s+/g, " ");

export function markdown({ steps, summary }: NightResult, date: string): string {
  const rows = steps.map(
    ({ name, outcome, message, seconds }) =>
      `| ${plain(name)} | ${outcome} | ${plain(message)} | ${(seconds / 60).toFixed(1)} |`,
  );
  return `# ${plain(summary)}

${date}

| step | outcome | what it says | minutes |
| --- | --- | --- | --- |
${rows.join("\n")}
`;
}
