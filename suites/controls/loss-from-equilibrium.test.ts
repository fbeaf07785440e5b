import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { lossFromEquilibrium } from "./loss-from-equilibrium.ts";

describe("the loss's distance from the equilibrium", () => {
  it("is that of the second half of the curve, to either side", () => {
    const generatorLoss = [9, 9, Math.log(4) + 0.25, Math.log(4) - 0.75];
    assert.ok(Math.abs(lossFromEquilibrium({ update: [1, 2, 3, 4], generatorLoss }) - 0.5) < 1e-12, "0.5");
  });

  it("leaves out rows without a loss, and needs one", () => {
    assert.ok(Math.abs(lossFromEquilibrium({ generatorLoss: [1, null, Math.log(4) + 1] }) - 1) < 1e-12, "1");
    assert.throws(() => lossFromEquilibrium({ update: [1] }), RangeError);
    assert.throws(() => lossFromEquilibrium({ generatorLoss: [1, null] }), RangeError);
  });
});
