import { adversarialTests } from "../testing/adversarial-tests.ts";
import { stepTests } from "../testing/step-tests.ts";
import { gan } from "./model.ts";
import { paper } from "./networks.ts";

// Decoder as ALI's; discriminator 2·1000 + 1000 + 2 · (200·1000 + 1000) + 200 + 1 = 405,201.
stepTests({
  model: gan,
  parameters: { generator: 484_802, discriminator: 405_201 },
  widths: [
    { table: paper.decoder, widths: [400, 400, 400, 400, 2] },
    { table: paper.discriminator, widths: [200, 200, 200, 1] },
  ],
});
adversarialTests(gan);
