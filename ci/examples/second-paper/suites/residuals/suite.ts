/** The residual sum of squares about a line and about a parabola. */
import { defineSuite, tf, z } from "reproducibility-harness/suite";
import { polynomial, termsAt } from "../../baselines/models/polynomial.ts";
import { RESIDUAL } from "../../baselines/papers/anscombe/paper.ts";
import { POINTS, SHA256 } from "../../datasets/anscombe.ts";

const PLACE = "pp. 17–19";
const RSS = { metric: "rss", label: "residual sum of squares", unit: "y²", better: "lower", worst: null } as const;
const base = { place: PLACE, axis: "run", family: "residuals", quantity: RSS } as const;
const DEGREES = { line: 1, parabola: 2 } as const;
const UPDATES = { paper: 150, quick: 150, smoke: 20 } as const;

export const residualsSuite = defineSuite({
  file: import.meta.filename,
  id: "residuals",
  title: "Residuals about a line and about a parabola",
  version: 1,
  place: PLACE,
  settings: z.strictObject({ learningRate: z.number().positive(), degree: z.int().positive() }),
  arms: { line: polynomial(DEGREES.line), parabola: polynomial(DEGREES.parabola) },
  slots: ["line", "parabola"],
  metrics: [{ key: "rss", unit: "y²", meaning: "sum of the squared residuals of the eleven points" }],
  reading: { id: "only", description: "the paper leaves nothing open" },
  regression: [{ quantity: RSS, margin: { value: 0.05, reason: "the points are printed with two decimals" } }],
  claims: [
    {
      ...base,
      kind: "point",
      id: "line-residual",
      statement: "The residual sum of squares about the line is 13.75.",
      arm: "line",
      published: RESIDUAL,
      margin: { value: 0.05, reason: "the points are printed with two decimals" },
    },
    {
      ...base,
      kind: "ordering",
      id: "line-above-parabola",
      statement: "A line leaves larger residuals than a parabola.",
      arms: ["line", "parabola"],
      published: null,
      design: "paired",
    },
  ],
  protocol: () => [],
  usesPapersData: () => true,
  plan: ({ profile, replicates = 10 }) => ({
    scope: "The paper's eleven points; gradient descent stands for its closed form.",
    runs: Array.from({ length: replicates }, (_, replicate) =>
      (["line", "parabola"] as const).map((arm) => ({
        arm,
        setting: "only",
        replicate,
        updates: UPDATES[profile],
        settings: { learningRate: 0.05, degree: DEGREES[arm] },
        dataSha256: SHA256,
      })),
    ).flat(),
  }),
  async run({ degree, learningRate }, { engine, seed, train }, { spec, model }) {
    const built = model.build({ learningRate }, engine.ops);
    const terms = termsAt(
      POINTS.map(([x]) => x),
      degree,
    );
    const { finalState, curve } = await train({
      initialState: () => built.initialState(seed("init")),
      step: built.step,
      batch: () => ({
        terms: tf.tensor2d(terms, [POINTS.length, degree + 1]),
        y: tf.tensor2d(
          POINTS.map(([, y]) => y),
          [POINTS.length, 1],
        ),
      }),
      key: (index) => [0, index],
      updates: spec.updates,
      curveEvery: 50,
    });
    const weights = finalState.w!.data;
    const rss = POINTS.reduce((sum, [, y], i) => {
      const fitted = weights.reduce((all, weight, power) => all + weight * terms[i * (degree + 1) + power]!, 0);
      return sum + (y - fitted) ** 2;
    }, 0);
    return { metrics: { rss }, curve, arrays: {} };
  },
  figures: () => [],
});
