import assert from "node:assert/strict";
import { test } from "node:test";
import { readerInMemory } from "../../../datasets/memory-reader.ts";
import { channelStatistics } from "./channel-statistics.ts";

test("each channel has the mean and the deviation of its own values, over all blocks", () => {
  // 2,500 images of one place: channel 0 alternates between 0 and 255, channel 1 is 51 throughout.
  const count = 2_500;
  const pixels = Uint8Array.from({ length: 2 * count }, (_, i) => (i % 2 === 1 ? 51 : i % 4 === 0 ? 0 : 255));
  const reader = readerInMemory({ pixels, labels: new Uint8Array(count), count, imageBytes: 2 });
  const { mean, sd } = channelStatistics(reader, [1, 1, 2]);
  assert.deepEqual(mean, [0.5, 0.2]);
  assert.deepEqual(sd, [0.5, 0]);
});
