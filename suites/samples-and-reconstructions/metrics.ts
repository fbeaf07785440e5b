/** What a run reports. */
export const METRICS = [
  {
    key: "reconstructionMse",
    unit: "squared pixel value",
    meaning: "mean squared error of reconstructions of held-out images, pixels in [0, 1]",
  },
  {
    key: "matchedShare",
    unit: "share",
    meaning: "that error as a share of the same reconstructions' error against other images",
  },
  {
    key: "relativeMse",
    unit: "share",
    meaning: "reconstructionMse as a share of the held-out images' variance about their mean image",
  },
  {
    key: "meanImageMse",
    unit: "squared pixel value",
    meaning: "the error of the mean of 500 training images, which the decoder gives before the first update",
  },
  {
    optional: true,
    key: "posteriorLogSd",
    unit: "1",
    meaning: "mean logarithm of the standard deviation of q(z | x), over held-out images and dimensions",
  },
  {
    optional: true,
    key: "frechet",
    unit: "squared feature distance",
    meaning: "Fréchet distance of samples and held-out images in the features of a small classifier trained here",
  },
  {
    optional: true,
    key: "frechetFloor",
    unit: "squared feature distance",
    meaning: "the same of two halves of the held-out images",
  },
  { optional: true, key: "frechetCeiling", unit: "squared feature distance", meaning: "the same of uniform noise" },
  {
    optional: true,
    key: "classifierAccuracy",
    unit: "share",
    meaning: "share of held-out labels that the classifier behind the Fréchet distance gets right",
  },
  {
    key: "nearestRatio",
    unit: "1",
    meaning:
      "median distance of samples to their nearest training images, over that of held-out images: far below 1 is copying",
  },
] as const;
export type MetricKey = (typeof METRICS)[number]["key"];
