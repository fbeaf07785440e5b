import { imageParityTests } from "../testing/image-parity-tests.ts";
import { CONDITIONAL_CELEBA, type ConditionalSettings, conditionalAli } from "./images.ts";

for (const embedding of ["fixed", "trained"])
  imageParityTests<Partial<ConditionalSettings>>(
    `conditional ALI, embedding ${embedding}`,
    new URL(`fixtures/image-steps-${embedding}.json`, import.meta.url),
    {
      images: [64, 64, 3],
      build: (settings, ops) =>
        conditionalAli.build({ ...CONDITIONAL_CELEBA, ...settings }, ops, new Float32Array(64 * 64 * 3)),
    },
  );
