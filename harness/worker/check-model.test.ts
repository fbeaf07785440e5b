import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { pathToFileURL } from "node:url";
import { register } from "tsx/esm/api";
import { openEngine } from "../engine/open.ts";
import { EXIT, HarnessError } from "../errors.ts";
import { slotted, walker } from "../testing/slotted.ts";
import { type Checked, checkModel } from "./check-model.ts";

register(); // modules of a person's own are TypeScript
const folder = mkdtempSync(join(tmpdir(), "check-model-test-"));
after(() => rmSync(folder, { recursive: true, force: true }));
const engine = await openEngine({ requested: "cpu", provision: false });
const suite = slotted({ fast: walker(), slow: walker() });
const { runs } = suite.plan("smoke", "cpu", { rootSeed: "1" });
const spec = runs.find(({ model }) => model === "fast")!;

/** Checks a module of this text, which may use `walker`, for the slot "fast". */
function check(name: string, text: string): Promise<Checked> {
  const module = join(folder, `${name.replaceAll(" ", "-")}.mts`);
  const fixture = pathToFileURL(join(import.meta.dirname, "..", "testing", "slotted.ts")).href;
  writeFileSync(module, `import { walker } from ${JSON.stringify(fixture)};\n${text}\n`);
  return checkModel([suite], { type: "check", spec, needs: null, rootSeed: "1", module }, engine);
}
const built = (more: string): string =>
  `const own = walker();\nexport const model = { ...own, build: (s, o) => ({ ...own.build(s, o), ${more} }) };`;

describe("a module's model", () => {
  it("that can take the slot is told with its parameters and those of the model that is there", async () => {
    const text = 'export const model = walker({ id: "larger", version: 3, size: 5 });';
    const { id, version, parameters, moduleParameters } = await check("larger", text);
    assert.deepEqual([id, version], ["larger", 3]);
    assert.deepEqual([parameters, moduleParameters], [{ walker: 4 }, { walker: 5 }]);
  });

  const refused: readonly (readonly [string, string, RegExp])[] = [
    ["import throws", 'throw new Error("not today");', /cannot be imported: not today/],
    ["no model", "export const modl = walker();", /exports modl, but no model/],
    ["no version", 'export const model = { id: "x", build() {} };', /has not the right shape: .*version/s],
    ["no build", 'export const model = { id: "x", version: 1 };', /neither build nor needs with buildOn/],
    [
      "build throws",
      "export const model = { ...walker(), build() { throw new Error('no'); } };",
      /its build throws.*: no/,
    ],
    ["lacks an ability", built("decode: undefined"), /lacks decode, which walker has/],
    ["no step", built("step: undefined"), /what its build returns has no step/],
    ["step throws", built("step: () => { throw new Error('tripped'); }"), /its first step throws: tripped/],
    [
      "other state",
      built("step: (state, batch, key) => ({ state: { ...state, w: state.miss }, metrics: {} })"),
      /makes another state: from miss \[\], w \[4\] to miss \[\], w \[\]/,
    ],
    [
      "another kind",
      'export const model = { id: "x", version: 1, needs: "gan", buildOn: walker().build };',
      /is trained on top of gan .*, but walker starts from nothing/,
    ],
  ];
  for (const [name, text, said] of refused)
    it(`is refused: ${name}`, async () => {
      await assert.rejects(check(name, text), (error: unknown) => {
        assert.ok(error instanceof HarnessError, String(error));
        assert.equal(error.exitCode, EXIT.wrongUse);
        assert.match(error.message, said);
        return true;
      });
    });
});
