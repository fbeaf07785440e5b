/** A suite's verdicts as JUnit XML: one test case a claim, under the primary reading. */
import type { Claim, Judgement } from "../../harness/contract/claims.ts";
import type { ReportData } from "../../harness/verdict/report-data.ts";
import { shareOfReadings } from "../views/reading-share.ts";

const ENTITIES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

/** Escapes markup; characters that XML 1.0 has no place for become U+FFFD. */
export function xmlText(text: string): string {
  return text
    .replace(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, "\ufffd")
    .replace(/[&<>"'\t\n\r]/g, (char) => ENTITIES[char] ?? `&#${char.charCodeAt(0)};`);
}

type Outcome = "passed" | "failure" | "skipped" | "error";

function outcomeOf(judgement: Judgement | undefined): Outcome {
  switch (judgement?.verdict) {
    case "REPRODUCED":
    case "BETTER":
    case "CONSISTENT":
      return "passed";
    case "CONTRADICTED":
      return "failure";
    case "NOT TESTED":
    case "NOT TESTABLE":
    case "INCONCLUSIVE":
      return "skipped";
    case "STALE":
    case undefined:
      return "error";
  }
}

function testCase(data: ReportData, claim: Claim, suite: string): { readonly outcome: Outcome; readonly xml: string } {
  const judgement = data.judgements.find(
    ({ claimId, reading }) => claimId === claim.id && reading === data.readings[0]?.id,
  );
  const outcome = outcomeOf(judgement);
  const verdict = judgement?.verdict ?? "NO JUDGEMENT";
  const reason = judgement?.reason ?? "The data hold no judgement of this claim under the primary reading.";
  const message = xmlText(`${verdict}: ${reason}`);
  const share = shareOfReadings(data, claim);
  const said = `<system-out>${xmlText([`${verdict}: ${reason}`, judgement?.directional, share].filter(Boolean).join(" "))}</system-out>`;
  const how = {
    passed: "",
    failure: `<failure type="${verdict}" message="${message}"/>`,
    skipped: `<skipped message="${message}"/>`,
    error: `<error type="${verdict}" message="${message}"/>`,
  }[outcome];
  const name = xmlText(`${claim.id}: ${claim.statement}`);
  return { outcome, xml: `    <testcase classname="${suite}" name="${name}" time="0">${how}${said}</testcase>` };
}

const paperProperty = ({ paper }: ReportData): string =>
  paper === null
    ? ""
    : `    <properties><property name="paper" value="${xmlText(`${paper.title}, ${paper.venue}`)}"/></properties>\n`;

export function reportJunit(data: ReportData): string {
  const suite = xmlText(`${data.suite.id}.${data.plan.budget}`);
  const cases = data.claims.map((claim) => testCase(data, claim, suite));
  const count = (outcome: Outcome): number => cases.filter((one) => one.outcome === outcome).length;
  const counts = `tests="${cases.length}" failures="${count("failure")}" errors="${count("error")}" skipped="${count("skipped")}"`;
  return `<?xml version="1.0" encoding="UTF-8"?>
<testsuites ${counts}>
  <testsuite name="${suite}" ${counts} timestamp="${xmlText(data.generatedAt)}">
${paperProperty(data)}${cases.map(({ xml }) => `${xml}\n`).join("")}  </testsuite>
</testsuites>
`;
}
