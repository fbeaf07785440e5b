import assert from "node:assert/strict";
import { test } from "node:test";
import { parameterCount } from "../../../harness/contract/model.ts";
import { svhn } from "../ali/networks/svhn.ts";
import { GAN } from "../testing/image-cases.ts";
import { imageStepTests } from "../testing/image-step-tests.ts";
import { imageGanGroups } from "./image-model.ts";
import { withoutLatent } from "./image-networks.ts";

imageStepTests(GAN);

test("with SVHN's networks it has the pinned numbers of parameters", () => {
  const { generator, discriminator } = imageGanGroups(withoutLatent(svhn));
  assert.equal(parameterCount(generator), 1_767_584); // ALI's decoder
  // ALI's D(x), and a joint part of 512·1024 + 1024 + 1024·1024 + 1024 + 1024 + 1.
  assert.equal(parameterCount(discriminator), 2_789_632 + 1_575_937);
});
