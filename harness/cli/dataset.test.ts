/** `npm run dataset` as a person meets it. What it does to data is tested beside them. */
import assert from "node:assert/strict";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, test } from "node:test";
import { type Ended, ProgramUnderTest } from "../testing/program-under-test.ts";

const MAIN = join(import.meta.dirname, "fixtures", "dataset-main.ts");
const run = (...args: string[]): Promise<Ended> => new ProgramUnderTest(MAIN, ["dataset", ...args]).ended;

describe("dataset", { concurrency: 2 }, () => {
  const cases: readonly (readonly [args: string[], code: number, out: RegExp, err: RegExp])[] = [
    [
      [],
      0,
      /^digits-stand-in \(stand-in for digits\): train 12,345, test 10; 3 MB, sha256 abababababab…\nold-digits: was prepared by another version\n\nNot here:\n {2}Digits\./,
      /^$/,
    ],
    [
      ["import", "digits", "--from", tmpdir()],
      0,
      /^digits \(published\): .*\nPrepared in .*: the published data\.\n$/,
      /^ {2}images of \/.*\n$/,
    ],
    [["import", "faces", "--from", tmpdir()], 0, /a stand-in for digits; every result will say so/, /images of/],
    [["verify"], 0, /^digits-stand-in is sound\nold-digits was broken; it was made anew\n$/, /^$/],
    [["verify", "digits-stand-in"], 0, /^digits-stand-in is sound\n$/, /^$/],
    [["remove", "digits-stand-in"], 0, /^Removed digits-stand-in: 3 MB are free again\.\n$/, /^$/],
    [["fetch", "faces"], 3, /^$/, /^Error: faces cannot be fetched by a program\.\n$/],
    [["fetsh", "digits"], 2, /^$/, /Unknown action of dataset "fetsh"\. Did you mean "fetch"\?/],
    [["fetch"], 2, /^$/, /dataset fetch needs a name: digits, faces\./],
    [["fetch", "digit"], 2, /^$/, /Unknown dataset "digit"\. Did you mean "digits"\?/],
    [["import", "digits"], 2, /^$/, /needs the folder with the files: npm run dataset -- import digits --from FOLDER/],
    [["import", "digits", "--from", "/no/such/folder"], 2, /^$/, /There is no folder \/no\/such\/folder \(--from\)/],
    [["import", "digits", "--from", ""], 2, /^$/, /--from is empty/],
    [["verify", "digits"], 2, /^$/, /Unknown dataset "digits"\. .*Known: digits-stand-in, old-digits/],
    [["remove", "../.."], 2, /^$/, /Unknown dataset "\.\.\/\.\."/],
    [["verify", "--from", "x"], 2, /^$/, /--from goes with dataset import, not verify/],
    [["list", "digits"], 2, /^$/, /dataset list takes no name, got "digits"/],
    [["list", "--jsn"], 2, /^$/, /Unknown option "--jsn"\. Did you mean "--json"\?/],
  ];
  for (const [args, code, out, err] of cases)
    test(args.join(" ") || "alone", async () => {
      const ended = await run(...args);
      assert.equal(ended.code, code, ended.stderr);
      assert.match(ended.stdout, out);
      assert.match(ended.stderr, err);
    });

  test("list --json is one JSON text", async () => {
    const { stdout } = await run("list", "--json");
    const [first] = JSON.parse(stdout) as { name: string; splits: object; problem: null }[];
    assert.deepEqual(
      [first!.name, first!.splits, first!.problem],
      ["digits-stand-in", { train: 12_345, test: 10 }, null],
    );
  });

  test("its help names every data set and every action", async () => {
    const { stdout, code } = await run("--help");
    assert.equal(code, 0);
    for (const word of ["digits", "faces", "list", "fetch", "import", "verify", "remove", "--from", "stand-in"])
      assert.equal(stdout.includes(word), true, word);
  });

  test("Ctrl-C stops a fetch, and says how to go on", async () => {
    const program = new ProgramUnderTest(MAIN, ["dataset", "fetch", "digits"]);
    await program.said("fetching digits");
    program.signal("SIGINT", true);
    const { code, stdout, stderr } = await program.ended;
    assert.deepEqual([code, stdout], [130, ""]);
    assert.match(stderr, /Stopping: what was fetched is kept/);
    assert.match(stderr, /Interrupted\. Run the same command again: it goes on where it stopped\./);
  });
});
