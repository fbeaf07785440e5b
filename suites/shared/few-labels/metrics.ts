/** What a run reports. */

/** Ways of ALI K+1 to classify at test time, beside the posterior's mean. */
export const CODES = { sample: "one sample of q(z | x)", samples: "several samples of q(z | x)" } as const;

export const WAYS = Object.keys(CODES) as (keyof typeof CODES)[];

/** Metric of the test error where a model classifies in another of its ways. */
export const metricOf = <Way extends keyof typeof CODES>(way: Way): `errorBy${Capitalize<Way>}` =>
  `errorBy${way[0]!.toUpperCase()}${way.slice(1)}` as `errorBy${Capitalize<Way>}`;

export const METRICS = [
  { key: "error", unit: "%", meaning: "test error" },
  ...WAYS.map((way) => ({
    key: metricOf(way),
    unit: "%",
    meaning: `test error of ALI K+1 where it classifies by ${CODES[way]} in the place of the mean`,
  })),
  { key: "labelledError", unit: "%", meaning: "error on the labelled training images, 2,000 of them at most" },
  {
    key: "calibrationError",
    unit: "share",
    meaning: "expected calibration error on the test set: |accuracy − confidence| over 15 bins, weighted by images",
  },
] as const;
export type MetricKey = (typeof METRICS)[number]["key"];
