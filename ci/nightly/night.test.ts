/** A night that must neither cry wolf nor sleep, with commands that only answer. */
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, utimesSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, test } from "node:test";
import type { Ended, Night } from "./course.ts";
import { night } from "./night.ts";
import { removeUnused } from "./old-stores.ts";
import { junit, markdown } from "./outputs.ts";

type Answer = object | string | Partial<Ended>;
const works = (engine: string) => ({ engine, state: "works", test: { class: `${engine}-class` } });
const ENGINE = { engines: [works("cpu")] };
const judgement = (verdict: string, claimId = "sees-it") => ({ claimId, verdict, reason: "" });
const CONTROLS = { report: "controls.html", judgements: [judgement("REPRODUCED"), judgement("CONSISTENT")] };
const QUICK = { report: "toy.html", judgements: [judgement("NOT TESTED"), judgement("NOT TESTED")] };
const comparison = (verdict: string, label = "share") => ({
  slot: "ali",
  setting: "fixed",
  verdict,
  quantity: { label },
});
/** As the program sums comparisons up. */
function change(...verdicts: string[]) {
  const comparisons = verdicts.map((verdict, i) => comparison(verdict, i === 0 ? "share" : `metric ${i}`));
  const verdict = ["REGRESSED", "INCONCLUSIVE", "IMPROVED"].find((word) => verdicts.includes(word)) ?? verdicts[0];
  return { report: "compare.html", verdict, comparisons };
}
const BASELINE = { revision: "abc", seed: "s", comparable: true };

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
      const given = { "engine --json": ENGINE, "suite controls": CONTROLS, "suite toy": QUICK, ...answers }[name];
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
    stopping: () => false,
    say: () => {},
    suites: ["toy"],
    notHere: [],
    baselineOf: () => BASELINE,
    paper: [],
    budgetMs: 60 * 60_000,
    freshSeed: (suite) => `fresh ${suite}`,
    ...over,
  });
  const outcomes = Object.fromEntries(result.steps.map(({ name, outcome }) => [name, outcome]));
  return { ...result, asked, outcomes };
}
const GOOD = { engine: "passed", controls: "passed", "suite toy": "passed" };

describe("a night", () => {
  test("is good where every control is as it must be and nothing is REGRESSED", async () => {
    const { exitCode, outcomes, summary, asked } = await nightOf({ "compare toy": change("EQUIVALENT") });
    assert.deepEqual(outcomes, { ...GOOD, "compare toy": "passed" });
    assert.equal(exitCode, 0);
    assert.equal(summary, "Good night: 4 passed, 4 min");
    assert.equal(asked[2], "suite toy --profile quick --json --yes --engine cpu");
    assert.match(asked[3]!, /^compare toy --profile quick --json --budget 11 --seed s --engine cpu$/);
  });

  test("calls a regression what fresh seeds show too, by the code of the baseline", async () => {
    const bad = change("EQUIVALENT", "REGRESSED");
    const { exitCode, asked, summary, steps } = await nightOf({ "compare toy": [bad, bad] });
    assert.equal(exitCode, 1);
    assert.match(asked.at(-1)!, /^compare toy .*--rev abc --seed fresh toy --engine cpu$/);
    assert.equal(summary, "REGRESSED: 3 passed, 1 failed (compare toy), 5 min");
    assert.equal(steps.at(-1)!.message, "REGRESSED, also on fresh seeds: metric 1 of ali, fixed");
  });

  test("does not cry wolf: what fresh seeds show to be as it was is told, and is no regression", async () => {
    const { exitCode, steps } = await nightOf({ "compare toy": [change("REGRESSED"), change("EQUIVALENT")] });
    assert.deepEqual([exitCode, steps.at(-1)!.outcome], [0, "passed"]);
    assert.match(steps.at(-1)!.message, /REGRESSED once \(share of ali, fixed\), not on fresh seeds/);
  });

  test("does not take another metric's bad luck for a confirmation", async () => {
    const { exitCode, outcomes } = await nightOf({
      "compare toy": [change("REGRESSED", "EQUIVALENT"), change("EQUIVALENT", "REGRESSED")],
    });
    assert.deepEqual([exitCode, outcomes["compare toy"]], [0, "passed"]);
  });

  test("says undecided, neither good nor bad, where more runs would have to decide", async () => {
    const open = await nightOf({ "compare toy": change("EQUIVALENT", "INCONCLUSIVE") });
    assert.equal(open.summary, "Good night: 3 passed, 1 undecided (compare toy), 4 min");
    assert.deepEqual([open.exitCode, open.outcomes["compare toy"]], [0, "undecided"]);
    const unconfirmed = await nightOf({ "compare toy": [change("REGRESSED"), change("INCONCLUSIVE")] });
    assert.deepEqual([unconfirmed.exitCode, unconfirmed.outcomes["compare toy"]], [0, "undecided"]);
    assert.match(unconfirmed.steps.at(-1)!.message, /REGRESSED once, INCONCLUSIVE on fresh seeds: share of ali/);
  });

  test("has the baseline's own code do its runs where the baseline says nothing here", async () => {
    const { asked } = await nightOf(
      { "compare toy": change("EQUIVALENT") },
      { baselineOf: () => ({ ...BASELINE, comparable: false }) },
    );
    assert.match(asked.at(-1)!, /--rev abc --seed s/);
  });

  test("takes the best engine that works, installed first where it is missing", async () => {
    const missing = { engines: [{ engine: "tensorflow", state: "not installed" }, works("wasm")] };
    const classes: string[] = [];
    const both = { "compare toy": change("EQUIVALENT") };
    const over: Partial<Night> = {
      baselineOf: (_, engineClass) => {
        classes.push(engineClass);
        return BASELINE;
      },
    };
    const installed = { ...both, "engine --json": [missing, { engines: [works("tensorflow")] }], "engine install": "" };
    assert.match((await nightOf(installed, over)).asked.at(-1)!, /--engine tensorflow$/);
    const refused = { ...both, "engine --json": missing, "engine install": { code: 3 } };
    assert.match((await nightOf(refused, over)).asked.at(-1)!, /--engine wasm$/);
    assert.deepEqual(classes, ["tensorflow-class", "wasm-class"]);
  });

  test("is not believed where a control is not as it must be, and trains nothing for the paper then", async () => {
    const { exitCode, steps, asked } = await nightOf(
      {
        "suite controls": { report: "c", judgements: [judgement("REPRODUCED"), judgement("INCONCLUSIVE")] },
        "compare toy": change("EQUIVALENT"),
      },
      { paper: ["modes"] },
    );
    assert.equal(exitCode, 3);
    assert.match(steps[1]!.message, /must not be believed: sees-it INCONCLUSIVE/);
    assert.ok(!asked.some((args) => args.startsWith("plan")));
  });

  test("fails where a suite without reduced profiles is CONTRADICTED", async () => {
    const bad = { report: "toy.html", judgements: [judgement("REPRODUCED"), judgement("CONTRADICTED")] };
    const { exitCode, outcomes } = await nightOf({ "suite toy": bad, "compare toy": change("EQUIVALENT") });
    assert.deepEqual([exitCode, outcomes["suite toy"]], [1, "failed"]);
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

  test("fails closed without any baseline, without controls, and without an engine that works", async () => {
    assert.equal((await nightOf({}, { baselineOf: () => null })).exitCode, 3);
    const unjudged = { "suite controls": { ...CONTROLS, judgements: [] }, "compare toy": change("EQUIVALENT") };
    assert.equal((await nightOf(unjudged)).exitCode, 3);
    const none = await nightOf({ "engine --json": { engines: [{ engine: "cpu", state: "fails" }] } });
    assert.deepEqual([none.exitCode, none.outcomes], [3, { engine: "error" }]);
  });

  test("says what it had no time for, and what is not here", async () => {
    const { exitCode, outcomes } = await nightOf({}, { budgetMs: 90_000 });
    assert.deepEqual(outcomes, {
      engine: "passed",
      controls: "passed",
      "suite toy": "skipped",
      "compare toy": "skipped",
    });
    assert.equal(exitCode, 3, "nothing was compared");
    const spent = await nightOf(
      { "compare toy": change("EQUIVALENT") },
      {
        suites: ["toy", "unwatched"],
        notHere: ["faces: the data are not here."],
        budgetMs: 240_000,
        baselineOf: (suite) => (suite === "toy" ? BASELINE : null),
      },
    );
    assert.deepEqual(spent.notRun, ["faces: the data are not here.", "unwatched: the budget was spent."]);
    assert.equal(spent.exitCode, 0, "what nobody watches may wait");
  });

  test("that is stopped begins nothing more, and is no good one", async () => {
    let stopping = false;
    const { exitCode, outcomes, steps } = await nightOf(
      { "suite toy": { code: 130 } },
      {
        stopping: () => stopping,
        say: (line) => {
          if (line.includes("suite toy")) stopping = true;
        },
      },
    );
    assert.deepEqual([exitCode, outcomes["suite toy"], outcomes["compare toy"]], [3, "error", "skipped"]);
    assert.equal(steps.at(-1)!.message, "stopped by a signal");
  });

  test("runs a suite without a baseline too, after those that are watched", async () => {
    const { asked, outcomes } = await nightOf(
      { "compare toy": change("EQUIVALENT"), "suite new": QUICK },
      { suites: ["new", "toy"], baselineOf: (suite) => (suite === "toy" ? BASELINE : null) },
    );
    assert.equal(asked.at(-1), "suite new --profile quick --json --yes --engine cpu");
    assert.deepEqual([outcomes["suite new"], outcomes["compare new"]], ["passed", undefined]);
  });
});

describe("the paper's profile", () => {
  const claim = (name: string, waitsFor: number[], ms: number) => ({ claim: name, waitsFor, ms });
  const PLAN = {
    stored: 0,
    // Alone the small one is done sooner; the first decides two at once.
    claims: [claim("both", [0, 1, 2], 90), claim("part", [0, 1], 60), claim("small", [3], 50), claim("done", [], 0)],
  };
  const comparedGood = { "compare toy": change("EQUIVALENT") };

  test("gets what is left, for the claim that gains most a minute, and stops in time", async () => {
    const { exitCode, asked, steps } = await nightOf(
      { ...comparedGood, "plan modes": PLAN, "suite modes": { stopped: true, code: 143 } },
      { paper: ["modes"] },
    );
    assert.equal(exitCode, 0);
    const both = asked.find((args) => args.startsWith("suite modes"))!;
    assert.equal(both, "suite modes --profile paper --claim both --yes --json --engine cpu");
    const step = steps.find(({ name }) => name === "paper modes, both")!;
    assert.match(step.message, /as far as the night went, of 3 runs/);
  });

  test("goes on with the next claim, and tells the verdict of the one that is done", async () => {
    const judged = {
      report: "m.html",
      judgements: [judgement("CONSISTENT", "both"), judgement("NOT TESTED", "small")],
    };
    const { asked, steps } = await nightOf(
      {
        ...comparedGood,
        "plan modes": [PLAN, { stored: 3, claims: [claim("small", [0], 50)] }, { stored: 4, claims: [] }],
        "suite modes": [judged, { report: "m.html", judgements: [judgement("REPRODUCED", "small")] }],
      },
      { paper: ["modes"] },
    );
    const claims = asked.flatMap((args) => /--claim (\S+)/.exec(args)?.[1] ?? []);
    assert.deepEqual(claims, ["both", "small"]);
    assert.match(steps.find(({ name }) => name === "paper modes, both")!.message, /^CONSISTENT \(3 runs/);
  });

  test("adds nothing to runs of other code that no longer stand, and says so", async () => {
    const standing = (standing: string) => ({ standing, engine: "cpu-class" });
    const stands = { runs: [standing("current"), standing("revalidated"), { standing: "stale", engine: "other" }] };
    const answers = { ...comparedGood, "plan modes": { ...PLAN, stored: 2 }, "suite modes": { stopped: true } };
    const fine = await nightOf({ ...answers, "revalidate modes": stands }, { paper: ["modes"] });
    assert.ok(fine.asked.some((args) => args.startsWith("suite modes")));
    const fallen = { code: 3, stdout: JSON.stringify({ runs: [standing("current"), standing("stale")] }) };
    const { outcomes, asked, exitCode } = await nightOf(
      { ...answers, "revalidate modes": fallen },
      { paper: ["modes"] },
    );
    assert.deepEqual([outcomes["paper profile"], exitCode], ["undecided", 0]);
    assert.ok(!asked.some((args) => args.startsWith("suite modes")));
  });
});

test("its files escape what they quote, and name what was not run", () => {
  const step = { name: "a <b>", outcome: "failed", message: 'x | `y` & "z"', seconds: 60, report: null } as const;
  const open = { ...step, name: "open", outcome: "undecided" } as const;
  const result = { steps: [step, open], notRun: ["<c>"], exitCode: 1, summary: "REGRESSED" } as const;
  const xml = junit(result, "2020-01-01");
  assert.match(xml, /tests="2" failures="1" errors="0" skipped="1"/);
  assert.match(xml, /name="a &lt;b&gt;" time="60.0"><failure message="x \| `y` &amp; &quot;z&quot;"\/>/);
  const text = markdown(result, "2020-01-01");
  assert.match(text, /\| a &lt;b&gt; \| failed \| x \\\| \\`y\\` &amp; "z" \| 1\.0 \|/);
  assert.match(text, /Not run:\n\n- &lt;c&gt;\n$/);
});

test("stores of nights that nobody has written into for thirty days go, others stay", () => {
  const store = mkdtempSync(join(tmpdir(), "old-stores-"));
  try {
    const days = (n: number): Date => new Date(Date.UTC(2020, 0, 1) + n * 86_400_000);
    for (const [folder, day] of [
      ["candidates/old/suite/quick", 0],
      ["candidates/kept", 0],
      ["candidates/used/suite/quick", 20],
      ["times/old", 0],
      ["modes/paper", 0],
    ] as const) {
      mkdirSync(join(store, folder), { recursive: true });
      const parts = folder.split("/");
      for (let i = parts.length; i > 0; i--) {
        const at = i === parts.length ? day : 0;
        utimesSync(join(store, ...parts.slice(0, i)), days(at), days(at));
      }
    }
    const gone = removeUnused(store, days(40).getTime(), [join(store, "candidates", "kept")]);
    assert.deepEqual(gone, [join(store, "candidates", "old"), join(store, "times", "old")]);
    assert.deepEqual(removeUnused(join(store, "none"), 0, []), []);
  } finally {
    rmSync(store, { recursive: true });
  }
});
