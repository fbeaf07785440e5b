/** What a run reports. */
export const METRICS = [
  {
    key: "largestStep",
    unit: "1",
    meaning:
      "largest squared pixel change of a step on the way, over the mean one, median over pairs: 1 is even, the number of steps a jump",
  },
  {
    key: "detour",
    unit: "1",
    meaning: "length of the way in pixels over the distance of its ends, median over pairs: 1 is straight",
  },
  {
    key: "endMse",
    unit: "squared pixel value",
    meaning: "mean squared error of the decoded ends to their originals, pixels in [0, 1]",
  },
] as const;
export type MetricKey = (typeof METRICS)[number]["key"];
