/** The tests of a step with a generator and a discriminator, beside those of every step. */
import assert from "node:assert/strict";
import { before, describe, test } from "node:test";
import type { Model } from "../../harness/model.ts";
import type { HostState } from "../../harness/training.ts";
import { type Started, start } from "./step-fixture.ts";
import type { ToySettings } from "./toy-settings.ts";

const softplus = (t: number): number => Math.max(t, 0) + Math.log1p(Math.exp(-Math.abs(t)));

export function adversarialTests(model: Model<ToySettings>): void {
  describe(`the two losses of ${model.id}`, () => {
    let update: Started["update"];
    let initial: HostState;
    before(async () => {
      ({ update, initial } = await start(model));
    });

    test("each loss is the sum of its two softplus terms", () => {
      const { metrics } = update(initial);
      // At D's zero output layer every logit is 0, and each of the four terms is softplus(0) = log 2.
      const zero = {
        ...initial,
        discriminator: { ...initial.discriminator!, data: new Float32Array(initial.discriminator!.data.length) },
      };
      const atZero = update(zero).metrics;
      for (const loss of ["discriminatorLoss", "generatorLoss"]) {
        assert.equal(Math.abs(atZero[loss]! - 2 * Math.LN2) < 1e-6, true, `${loss} ${atZero[loss]}`);
        assert.equal(Math.abs(metrics[loss]! - 2 * Math.LN2) > 1e-6, true, `${loss} does not depend on D`);
      }
      // A bias c in D's last layer and zero weights make every logit c.
      const c = 0.7;
      const data = zero.discriminator.data.slice();
      data[data.length - 1] = c;
      const shifted = update({ ...zero, discriminator: { ...zero.discriminator, data } }).metrics;
      assert.equal(Math.abs(shifted.discriminatorLoss! - (softplus(-c) + softplus(c))) < 1e-6, true);
      assert.equal(Math.abs(shifted.generatorLoss! - (softplus(c) + softplus(-c))) < 1e-6, true);
    });

    test("each group's update is its own: the other group's optimizer cannot touch it, to the bit", () => {
      const reference = update(initial).state;
      for (const [changed, untouched] of [
        ["generator", "discriminator"],
        ["discriminator", "generator"],
      ] as const) {
        const moments = { ...initial[`${changed}/m`]!, data: initial[`${changed}/m`]!.data.map(() => 0.5) };
        const { state } = update({ ...initial, [`${changed}/m`]: moments });
        assert.deepEqual(state[untouched]!.data, reference[untouched]!.data);
        assert.notDeepEqual(state[changed]!.data, reference[changed]!.data);
      }
    });
  });
}
