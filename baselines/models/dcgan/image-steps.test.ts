import { imageParityTests } from "../testing/image-parity-tests.ts";
import { DCGAN_SVHN, type DcganModelSettings, dcgan } from "./images.ts";

imageParityTests<Partial<DcganModelSettings>>("DCGAN", new URL("fixtures/image-steps.json", import.meta.url), {
  images: [32, 32, 3],
  build: (settings, ops) => dcgan.build({ ...DCGAN_SVHN, ...settings }, ops, new Float32Array()),
});
