import { adversarialTests } from "../testing/adversarial-tests.ts";
import { frozenDecoderTests, onTrainedGan } from "../testing/frozen-decoder-tests.ts";
import { stepTests } from "../testing/step-tests.ts";
import { postHoc } from "./model.ts";
import { paper } from "./networks.ts";

// Encoder and discriminator as ALI's; the decoder is not trained and does not count.
stepTests({
  model: onTrainedGan(postHoc),
  parameters: { generator: 164_002, discriminator: 407_201 },
  widths: [
    { table: paper.encoder, widths: [400, 400, 2] },
    { table: paper.decoder, widths: [400, 400, 400, 400, 2] },
    { table: paper.discriminator, widths: [200, 200, 200, 1] },
  ],
});
adversarialTests(onTrainedGan(postHoc));
frozenDecoderTests(postHoc);
