import { adversarialTests } from "../testing/adversarial-tests.ts";
import { stepTests } from "../testing/step-tests.ts";
import { ali } from "./model.ts";
import { paper } from "./networks.ts";

// Encoder 4·400 + 2·400 + 400·400 + 2·400 + 400·2 + 2 = 164,002; decoder 2·400 + 3·400² + 4·2·400 + 400·2 + 2 = 484,802;
// discriminator 4·1000 + 1000 + 2 · (200·1000 + 1000) + 200 + 1 = 407,201.
stepTests({
  model: ali,
  parameters: { generator: 164_002 + 484_802, discriminator: 407_201 },
  widths: [
    { table: paper.encoder, widths: [400, 400, 2] },
    { table: paper.decoder, widths: [400, 400, 400, 400, 2] },
    { table: paper.discriminator, widths: [200, 200, 200, 1] },
  ],
});
adversarialTests(ali);
