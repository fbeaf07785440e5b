/** A night that must neither cry wolf nor sleep, with commands that only answer. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { type Ended, type Night, night } from "./night.ts";
import { junit, markdown } from "./outputs.ts";

type Answer = object | string | Partial<Ended>;
const ENGINE = { engines: [{ engine: "cpu", state: "works" }] };
const judgement = (verdict: string) => ({ claimId: "sees-it", verdict, reason: "" });
const CONTROLS = { report: "controls.html", judgements: [judgement("REPRODUCED"), judgement("CONSISTENT")] };
const change = (verdict: string) => ({
  report: "compare.html",
  verdict,
  comparisons: [{ slot: "ali", setting: "fixed", verdict }],
});

/** A night whose commands answer by their first two words, a list in turn. Each takes a minute. */
async function nightOf(answers: Readonly<Record<string, Answer | readonly Answer[]>>, over: Partial<Night> = {}) {
  const asked: string[] = [];
  let minutes = 0;
  const turns = new Map<string, number>();
  const result = await night({
    async command(args, limitMs) {
      asked.push(args.join(" "));
      minutes += 1;
      const name = args.slice(0, 2).join(" ");
      const given = { "engine --json": ENGINE, "suite controls": CONTROLS, ...answers }[name];
      const turn = turns.get(name) ?? 0;
      turns.set(name, turn + 1);
      const answer = Array.isArray(given) ? given[turn] : given;
      assert.ok(answer !== undefined, `nobody expected ${args.join(" ")}`);
      assert.ok(limitMs > 0, "a command without time");
      if (typeof answer === "string") return { code: 0, stdout: answer, stopped: false };
      if ("code" in answer || "stopped" in answer) return { code: 0, stdout: "", stopped: false, ...answer };
      const bad = (answer as { verdict?: string }).verdict === "REGRESSED";
      return { code: bad ? 1 : 0, stdout: JSON.stringify(answer), stopped: false };
    },
    now: () => minutes * 60_000,
    say: () => {},
    baselines: [{ suite: "toy", profile: "quick", engineClass: "cpu", revision: "abc" }],
    paper: [],
    budgetMs: 60 * 60_000,
    freshSeed: "fresh",
    ...over,
  });
  const outcomes = Object.fromEntries(result.steps.map(({ name, outcome }) => [name, outcome]));
  return { ...result, asked, outcomes };
}

describe("a night", () => {
  test("is good where every control is as it must be and nothing is REGRESSED", async () => {
    const { exitCode, outcomes, summary } = await nightOf({ "compare toy": change("EQUIVALENT") });
    assert.deepEqual(outcomes, { engine: "passed", controls: "passed", "compare toy": "passed" });
    assert.equal(exitCode, 0);
    assert.equal(summary, "Good night: 3 passed, 3 min");
  });

  test("calls a regression what fresh seeds show too, by the code of the baseline", async () => {
    const { exitCode, asked, summary } = await nightOf({ "compare toy": [change("REGRESSED"), change("REGRESSED")] });
    assert.equal(exitCode, 1);
    assert.equal(asked.at(-1), "compare toy --profile quick --json --rev abc --seed fresh");
    assert.match(summary, /^REGRESSED: 2 passed, 1 failed \(compare toy\)/);
  });

  test("does not cry wolf: what fresh seeds do not show is told, and is no regression", async () => {
    const { exitCode, steps } = await nightOf({ "compare toy": [change("REGRESSED"), change("INCONCLUSIVE")] });
    assert.equal(exitCode, 0);
    assert.match(steps.at(-1)!.message, /REGRESSED once, INCONCLUSIVE on fresh seeds/);
  });

  test("is not believed where a control is not as it must be, and trains nothing for the paper then", async () => {
    const { exitCode, steps, asked } = await nightOf(
      {
        "suite controls": { report: "c", judgements: [judgement("REPRODUCED"), judgement("INCONCLUSIVE")] },
        "compare toy": change("EQUIVALENT"),
      },
      { paper: [{ suite: "modes", open: 5 }] },
    );
    assert.equal(exitCode, 3);
    assert.match(steps[1]!.message, /must not be believed: sees-it INCONCLUSIVE/);
    assert.ok(!asked.some((args) => args.startsWith("plan")));
  });

  for (const [what, answer] of Object.entries<Answer>({
    "no result": "",
    "no comparison": { ...change("EQUIVALENT"), comparisons: [] },
    "a word that is no verdict": change("FINE"),
    "text that is none": "<html>",
    "a bug": { code: 4 },
    "no baseline any more": { code: 3 },
    "a command that ran out of time": { stopped: true },
  }))
    test(`fails closed on ${what}`, async () => {
      const { exitCode, outcomes } = await nightOf({ "compare toy": answer });
      assert.deepEqual([exitCode, outcomes["compare toy"]], [3, "error"]);
    });

  test("fails closed without any baseline, and without an engine that works", async () => {
    assert.equal((await nightOf({}, { baselines: [] })).exitCode, 3);
    const none = { engines: [{ engine: "cpu", state: "broken" }] };
    assert.equal((await nightOf({ "engine --json": none, "compare toy": change("EQUIVALENT") })).exitCode, 3);
  });

  test("gives what is left to the suite with the most open claims a minute, and stops in time", async () => {
    const plan = (totalMs: number) => ({ runs: [1], totalMs });
    const { exitCode, asked, steps } = await nightOf(
      {
        "compare toy": change("EQUIVALENT"),
        "plan dear": plan(100),
        "plan cheap": plan(10),
        "suite cheap": { stopped: true, code: 143 },
      },
      {
        paper: [
          { suite: "dear", open: 20 },
          { suite: "cheap", open: 5 },
          { suite: "done", open: 0 },
        ],
      },
    );
    assert.equal(exitCode, 0);
    assert.equal(asked.at(-1), "suite cheap --profile paper --yes --json");
    assert.match(steps.at(-1)!.message, /as far as the night went/);
  });

  test("says what it had no time for", async () => {
    const { exitCode, outcomes } = await nightOf({}, { budgetMs: 90_000 });
    assert.deepEqual(outcomes, { engine: "passed", controls: "passed", "compare toy": "skipped" });
    assert.equal(exitCode, 3, "nothing was compared");
  });
});

test("its files escape what they quote", () => {
  const step = { name: "a <b>", outcome: "failed", message: 'x | `y` & "z"', seconds: 60, report: null } as const;
  const result = { steps: [step], exitCode: 1, summary: "REGRESSED" } as const;
  const xml = junit(result, "2020-01-01");
  assert.match(xml, /tests="1" failures="1" errors="0" skipped="0"/);
  assert.match(xml, /name="a &lt;b&gt;" time="60.0"><failure message="x \| `y` &amp; &quot;z&quot;"\/>/);
  assert.match(markdown(result, "2020-01-01"), /\| a \\<b\\> \| failed \| x \\\| \\`y\\` & "z" \| 1\.0 \|/);
});
