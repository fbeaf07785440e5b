/** Preparing data, in time and memory. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { writeMat5 } from "../../datasets/fixtures/mat5-writer.ts";
import type { BenchCase } from "../../harness/bench/case.ts";
import { wholeProcess } from "../../harness/bench/whole-process.ts";
import { ROOT } from "../source-tree.ts";

const IMAGE = 32 * 32 * 3;
/** As many as the published files have. */
const COUNTS = { train: 73_257, test: 26_032, extra: 531_131 };

export const datasetCases: readonly BenchCase[] = [
  {
    id: "import-svhn",
    title: "importing files of the size of SVHN's: 630,420 images, 1.9 GB inflated",
    conditions:
      "Whole processes, from reading the files to the prepared data on the disk. The files are made for it (noise that deflate takes to four fifths, as it does the published ones); the disk's cache is warm.",
    quick: false,
    peers: [],
    alternations: 3,
    async open({ core }) {
      const folder = mkdtempSync(join(tmpdir(), "bench-svhn-"));
      for (const [id, count] of Object.entries(COUNTS))
        await writeMat5(join(folder, `${id}_32x32.mat`), matrices(count));
      const script = join(ROOT, "ci/bench/import-svhn.ts");
      const contestant = wholeProcess({
        name: "import",
        args: (cache) => ["--import", "tsx", script, cache, folder],
        core,
      });
      return [{ ...contestant, close: async () => rmSync(folder, { recursive: true }) }];
    },
  },
];

function matrices(count: number) {
  const labels = Uint8Array.from({ length: count }, (_, i) => (i % 10) + 1);
  return [
    { name: "X", dims: [32, 32, 3, count], arrayClass: 9, stored: 2, values: noise(count), sizeBytes: count * IMAGE },
    { name: "y", dims: [count, 1], arrayClass: 9, stored: 2, values: labels, sizeBytes: count },
  ];
}

/** Six and a half random bits in each byte, by a linear congruential generator. */
function* noise(count: number): Generator<Uint8Array> {
  let state = 1;
  for (let done = 0; done < count; done += 1024) {
    const bytes = new Uint8Array(Math.min(1024, count - done) * IMAGE);
    for (let i = 0; i < bytes.length; i++) {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      bytes[i] = ((state >>> 16) * 91) >>> 16;
    }
    yield bytes;
  }
}
