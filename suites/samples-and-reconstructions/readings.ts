/** What the paper leaves open of its pictures. */
import type { OpenQuestion } from "../../harness/contract/readings.ts";
import type { MetricKey } from "./metrics.ts";
import type { Slot } from "./settings.ts";

type Question = OpenQuestion<Slot, MetricKey>;
export const QUESTIONS: readonly [Question, ...Question[]] = [
  {
    id: "networks",
    question: "The printed tables of CIFAR10 and CelebA, or the authors' code where it differs from them?",
    options: [
      { id: "table", description: "networks as printed", setting: "table" },
      {
        id: "code",
        description: "CIFAR10's and CelebA's networks as in the authors' code",
        setting: "table",
        armSetting: { "ali-cifar10": "code", "ali-celeba": "code" },
      },
    ],
  },
  {
    id: "faithfulness",
    question: "How faithful is a reconstruction?",
    options: [
      { id: "squared error", description: "mean squared pixel error" },
      {
        id: "share of variance",
        description: "that error over the images' own variance: sets of quiet images are no easier",
        metrics: { reconstructionMse: "relativeMse" },
      },
    ],
  },
];
