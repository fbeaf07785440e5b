/** Every planted fault of a model changes what one update does, in the place it says, and nothing else about the model. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { ali } from "../../../baselines/models/ali/model.ts";
import { start } from "../../../baselines/models/testing/step-fixture.ts";
import type { HostState } from "../../../harness/engine/host-state.ts";
import { faultyAli } from "./faulty-ali.ts";
import { FAULTY_MODELS } from "./faulty-models.ts";

const right = await start(ali);
const { state: one } = right.update(right.initial);
/** Names of the state in which an update with the fault leads elsewhere than one of ALI. */
function changedBy(after: HostState): string[] {
  return Object.keys(one).filter((name) => after[name]!.data.some((value, i) => value !== one[name]!.data[i]));
}
const isWeight = (name: string): boolean => !/\/[mv]$/.test(name) && name !== "averages" && name !== "updates";

describe("a planted fault", () => {
  test("of nothing is ALI, to the bit", async () => {
    const { initial, update } = await start(faultyAli("none", {}));
    assert.deepEqual(initial, right.initial);
    assert.deepEqual(changedBy(update(initial).state), []);
  });

  const places: Readonly<Record<keyof typeof FAULTY_MODELS, (name: string) => boolean>> = {
    "encoder-cut": (name) => name.startsWith("encoder"),
    "blind-discriminator": isWeight,
    "batch-norm-mode": (name) => name === "averages",
    "learning-rate-tenfold": isWeight,
    "betas-swapped": isWeight,
    "generator-sign": (name) => !name.startsWith("discriminator"),
  };
  for (const [id, model] of Object.entries(FAULTY_MODELS))
    test(`${id} starts as ALI does and goes elsewhere, where it should`, async () => {
      const { initial, update } = await start(model);
      assert.deepEqual(initial, right.initial);
      const { state, metrics } = update(initial);
      const changed = changedBy(state);
      assert.ok(changed.length > 0, "nothing is wrong with it");
      const isPlace = places[id as keyof typeof FAULTY_MODELS];
      assert.ok(changed.some(isPlace), `it changes ${changed.join(", ")}`);
      if (id !== "blind-discriminator" && id !== "learning-rate-tenfold" && id !== "betas-swapped")
        assert.deepEqual(
          changed.filter((name) => !isPlace(name)),
          [],
        );
      for (const value of Object.values(metrics)) assert.ok(Number.isFinite(value), `${value}`);
    });
});
