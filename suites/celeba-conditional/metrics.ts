/** What a run reports. */
export const METRICS = [
  {
    key: "attributeEffect",
    unit: "share",
    meaning:
      "mean squared pixel change when one code's attributes change as in the figure's columns, over that when the code changes and the attributes stay",
  },
  {
    key: "reconstructionMse",
    unit: "squared pixel value",
    meaning: "mean squared error of reconstructions of held-out images under their own attributes, pixels in [0, 1]",
  },
  {
    key: "wrongAttributesMse",
    unit: "squared pixel value",
    meaning: "the same with the attributes of the image before in the decoder: above the other where they are used",
  },
] as const;
export type MetricKey = (typeof METRICS)[number]["key"];
