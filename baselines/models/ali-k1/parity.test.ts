/** Initialisation, updates and test time of both readings are PyTorch's (ci/peers/ali_k1_parity.py). */
import { imageParityTests } from "../testing/image-parity-tests.ts";
import { aliK1 } from "./model.ts";
import { type AliK1Settings, JOINED, PRINTED } from "./settings.ts";

const PUBLISHED = { printed: PRINTED.svhn, "improved-gan": JOINED.cifar10 };

for (const [reading, published] of Object.entries(PUBLISHED))
  imageParityTests<Partial<AliK1Settings>>(
    `ALI with K + 1 classes, ${reading}`,
    new URL(`fixtures/parity-${reading}.json`, import.meta.url),
    {
      images: [32, 32, 3],
      build: (settings, ops) => aliK1.build({ ...published, ...settings } as AliK1Settings, ops),
    },
  );
