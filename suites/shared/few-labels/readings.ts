/** What the papers leave open of the tables' rows, as open questions. */
import type { OpenQuestion, ReadingOption } from "../../../harness/contract/readings.ts";
import { CODES, type MetricKey, metricOf, WAYS } from "./metrics.ts";
import { PUBLISHED } from "./table.ts";

/** An option whose runs of these arms are others. */
const other = <Arm extends string>(
  id: string,
  description: string,
  arms: readonly Arm[],
  word: string,
): ReadingOption<Arm, MetricKey> => ({
  id,
  description,
  armSetting: Object.fromEntries(arms.map((arm) => [arm, word])) as Readonly<Record<Arm, string>>,
});

/** @param armsOf ids of the arms of a row in the suite */
export function questions<Arm extends string>(
  armsOf: (row: string) => readonly Arm[],
): readonly [OpenQuestion<Arm, MetricKey>, ...OpenQuestion<Arm, MetricKey>[]] {
  const sdgm = armsOf("sdgm");
  return [
    {
      id: "networks of ALI K+1",
      question: "Which networks does ALI with K + 1 classes have? No code was published and no table prints them.",
      options: [
        { id: "ALI's networks", description: "ALI's printed networks with K logits", setting: PUBLISHED },
        {
          ...other(
            "improved-gan's discriminator",
            "openai/improved-gan's discriminator with z joined, ALI's encoder and decoder",
            armsOf("ali-k1"),
            "improved-gan",
          ),
          setting: PUBLISHED,
        },
      ],
    },
    {
      id: "code at test time",
      question: "Which z does ALI's classifier see at test time?",
      options: [
        { id: "mean", description: "the mean of q(z | x)" },
        ...WAYS.map((way) => ({
          id: way,
          description: CODES[way],
          metrics: { error: metricOf(way) },
        })),
      ],
    },
    {
      id: "feature matching",
      question: "Mean absolute difference of features (the scripts) or squared distance (the formula)?",
      options: [
        { id: "absolute", description: "feature matching by the mean absolute difference" },
        other("squared", "feature matching by the squared distance", armsOf("gan-fm"), "squared"),
      ],
    },
    {
      id: "script of feature matching",
      question: "Which version of openai/improved-gan made the table? None is recorded.",
      options: [
        { id: "release", description: "the scripts as they stand: a falling rate, averages by 10⁻⁴" },
        other("june-9", "the scripts of 2016-06-09: a constant rate, averages by 10⁻³", armsOf("gan-fm"), "june-9"),
      ],
    },
    ...(sdgm.length === 0
      ? []
      : [
          {
            id: "expectations of SDGM",
            question: "Is q(y | a, x) averaged over a before the sum over classes (the code) or not (the bound)?",
            options: [
              { id: "code", description: "SDGM's classes weighted by the mean over samples of a" },
              other("bound", "SDGM's classes weighted sample by sample", sdgm, "paper-expectations"),
            ],
          } satisfies OpenQuestion<Arm, MetricKey>,
        ]),
  ];
}
