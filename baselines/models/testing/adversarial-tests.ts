/** The tests of a step with a generator and a discriminator, beside those of every step. */
import assert from "node:assert/strict";
import { before, describe, test } from "node:test";
import type { Model } from "../../../harness/contract/model.ts";
import type { HostState } from "../../../harness/engine/host-state.ts";
import type { ToySettings } from "../toy-settings.ts";
import { type Started, start } from "./step-fixture.ts";

const softplus = (t: number): number => Math.max(t, 0) + Math.log1p(Math.exp(-Math.abs(t)));

export function adversarialTests(model: Model<ToySettings>): void {
  describe(`the two losses of ${model.id}`, () => {
    let update: Started["update"];
    let initial: HostState;
    let groups: Started["built"]["groups"];
    before(async () => {
      ({
        update,
        initial,
        built: { groups },
      } = await start(model));
    });
    const names = (group: string): string[] => groups[group]!.map(({ name }) => name);
    /** The entries of a state with other values. */
    const filled = (entries: readonly string[], value: number): HostState =>
      Object.fromEntries(
        entries.map((name) => [name, { ...initial[name]!, data: initial[name]!.data.map(() => value) }]),
      );

    test("each loss is the sum of its two softplus terms", () => {
      const { metrics } = update(initial);
      // At D's zero output layer every logit is 0, and each of the four terms is softplus(0) = log 2.
      const zero = { ...initial, ...filled(names("discriminator"), 0) };
      const atZero = update(zero).metrics;
      for (const loss of ["discriminatorLoss", "generatorLoss"]) {
        assert.equal(Math.abs(atZero[loss]! - 2 * Math.LN2) < 1e-6, true, `${loss} ${atZero[loss]}`);
        assert.equal(Math.abs(metrics[loss]! - 2 * Math.LN2) > 1e-6, true, `${loss} does not depend on D`);
      }
      // A bias c in D's last layer and zero weights make every logit c.
      const c = 0.7;
      const shifted = update({ ...zero, ...filled(names("discriminator").slice(-1), c) }).metrics;
      assert.equal(Math.abs(shifted.discriminatorLoss! - (softplus(-c) + softplus(c))) < 1e-6, true);
      assert.equal(Math.abs(shifted.generatorLoss! - (softplus(c) + softplus(-c))) < 1e-6, true);
    });

    test("each group's update is its own: the other group's optimizer cannot touch it, to the bit", () => {
      const reference = update(initial).state;
      for (const [changed, untouched] of [
        ["generator", "discriminator"],
        ["discriminator", "generator"],
      ] as const) {
        const moments = names(changed).map((name) => `${name}/m`);
        const { state } = update({ ...initial, ...filled(moments, 0.5) });
        for (const name of names(untouched)) assert.deepEqual(state[name], reference[name]);
        for (const name of names(changed)) assert.notDeepEqual(state[name], reference[name]);
      }
    });
  });
}
