/** The table of a verb: values from arguments, their types, and what is refused. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { EXIT, HarnessError } from "../errors.ts";
import { type Arguments, usageOf, valuesOf, verb } from "./verb.ts";

const positionals = { id: { required: true }, name: { describe: "optional" } } as const;
const options = {
  store: { type: "string", default: "runs" },
  "run-timeout": { type: "string", coerce: (value: string) => Number(value) },
  "checkpoint-every": { type: "string", default: "30", coerce: (value: string) => Number(value) * 1000 },
  yes: { type: "boolean", default: false },
} as const;
const values = (...args: string[]) => valuesOf("suite", args, { positionals, options });
const refused = (message: string) => (error: unknown) => {
  assert.ok(error instanceof HarnessError);
  assert.equal(error.message, message);
  return error.exitCode === EXIT.wrongUse;
};

describe("the values of a verb", () => {
  it("are the defaults, coerced, where nothing is given; others are absent", () =>
    assert.deepEqual(values("toy"), { id: "toy", store: "runs", checkpointEvery: 30_000, yes: false }));

  it("are what is given, in camel case, by either way of giving it", () => {
    const given = { id: "toy", name: "x", store: "a=b", runTimeout: -1.5, checkpointEvery: 2000, yes: true };
    const args = ["--store=a=b", "toy", "--run-timeout", "-1.5", "x", "--checkpoint-every", "2", "--yes"];
    assert.deepEqual(values(...args), given);
  });

  it("have the last of an option that is given twice", () =>
    assert.equal(values("toy", "--store", "a", "--store", "b").store, "b"));

  it("may be empty, or begin with - after =", () => {
    assert.equal(values("toy", "--store", "").store, "");
    assert.equal(values("toy", "--store=-x").store, "-x");
    assert.equal(values("toy", "--yes=false").yes, false);
  });

  it("have the types of the table", () => {
    const declared = verb({
      positionals,
      options,
      run(args) {
        const typed: Arguments<typeof positionals, typeof options> = args;
        const [timeout, every, id]: [number | undefined, number, string] = [
          typed.runTimeout,
          typed.checkpointEvery,
          typed.id,
        ];
        // @ts-expect-error an option that is not in the table
        assert.equal(typed.runTimout, undefined);
        assert.deepEqual([timeout, every, id], [undefined, 30_000, "toy"]);
        return EXIT.done;
      },
    });
    assert.equal(declared.run(values("toy")), EXIT.done);
  });
});

describe("wrong use of a verb", () => {
  const cases: readonly (readonly [what: string, args: string[], message: string])[] = [
    [
      "an unknown option",
      ["toy", "--stor", "x"],
      'Unknown option "--stor". Did you mean "--store"? Known: --store, --run-timeout, --checkpoint-every, --yes, --help.',
    ],
    [
      "a short option, named whole",
      ["toy", "-yes"],
      'Unknown option "-yes". Did you mean "--yes"? Known: --store, --run-timeout, --checkpoint-every, --yes, --help.',
    ],
    ["an option without its value, at the end", ["toy", "--store"], "--store needs a value."],
    ["an option without its value, before another", ["toy", "--store", "--yes"], "--store needs a value."],
    ["a value for an option that takes none", ["toy", "--yes=maybe"], '--yes takes no value, got "maybe".'],
    ["no suite", ["--yes"], "suite needs the name of a suite. See npm run suite -- --help."],
    [
      "an argument too many",
      ["toy", "x", "smoke"],
      'Do not know what to do with "smoke". Options begin with --, and under npm they stand behind a --: npm run suite toy -- --option value.',
    ],
  ];
  for (const [what, args, message] of cases)
    it(`${what} is refused`, () => assert.throws(() => values(...args), refused(message)));

  it("an option that must be given is named", () =>
    assert.throws(
      () => valuesOf("bisect", [], { positionals: {}, options: { good: { type: "string", demandOption: true } } }),
      refused("bisect needs --good. See npm run bisect -- --help."),
    ));

  it("names of Object.prototype are unknown options", () =>
    assert.throws(() => values("toy", "--constructor", "x"), /Unknown option "--constructor"/));
});

it("the usage names required arguments in angle brackets", () =>
  assert.equal(usageOf("suite", { positionals }), "suite <id> [name]"));
