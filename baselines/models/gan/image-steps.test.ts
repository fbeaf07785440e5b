import { type ImageModelSettings, PAPER_SETTINGS } from "../image-settings.ts";
import { imageParityTests } from "../testing/image-parity-tests.ts";
import { imageGan } from "./images.ts";

imageParityTests<Partial<ImageModelSettings>>("GAN", new URL("fixtures/image-steps.json", import.meta.url), {
  images: [32, 32, 3],
  build: (settings, ops) => imageGan.build({ ...PAPER_SETTINGS.svhn, ...settings }, ops, new Float32Array(32 * 32 * 3)),
});
