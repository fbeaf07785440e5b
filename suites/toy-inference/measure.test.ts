import assert from "node:assert/strict";
import { test } from "node:test";
import { mixtureData } from "../../datasets/mixture.ts";
import { standardNormal } from "../../harness/engine/stateless-normal.ts";
import { EASY_MIXTURE } from "../toy-modes/settings.ts";
import { coderOf, metricsOf } from "./measure.ts";
import { METRICS } from "./metrics.ts";

const { heldOut } = mixtureData(EASY_MIXTURE, 1_000);
const codes = standardNormal(20_000, [1, 2]);

test("a perfect model fills the prior, comes back to the point and smears nothing", () => {
  const measured = metricsOf({ heldOut, codes, reconstructions: heldOut, samples: heldOut }, EASY_MIXTURE);
  assert.deepEqual(Object.keys(measured).sort(), METRICS.map(({ key }) => key).sort());
  const { reconstructionError, reconstructedModes, touchedModes, modes, latentHoles, latentEnergy } = measured;
  assert.deepEqual([reconstructionError, reconstructedModes, touchedModes, modes, latentHoles], [0, 9, 9, 9, 0]);
  assert.equal(latentEnergy < 2 * measured.latentEnergyNull95, true, String(latentEnergy));
  // exp(−9/2) of a round normal in the plane lies beyond 3σ.
  assert.equal(Math.abs(measured.smear - 0.0111) < 0.004, true, String(measured.smear));
  assert.equal(measured.smear + measured.share3sd, 1);
});

test("a model that says the same of everything leaves the prior empty and drops every mode but one", () => {
  const one = new Float32Array(20_000);
  const measured = metricsOf({ heldOut, codes: one, reconstructions: one, samples: one }, EASY_MIXTURE);
  const { reconstructedModes, touchedModes, modes, latentHoles, latentEnergyP } = measured;
  assert.deepEqual([reconstructedModes, touchedModes, modes, latentHoles, latentEnergyP], [1, 1, 1, 399 / 400, 0.001]);
});

test("a model without an encoder is refused by the slot's name", () => {
  const built = { decode: () => null } as unknown as Parameters<typeof coderOf>[1];
  assert.throws(() => coderOf("vae", built), /slot "vae" has no encoder/);
});
