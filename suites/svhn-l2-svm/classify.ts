/** Linear classifiers on the features of a trained encoder. */
import * as tf from "@tensorflow/tfjs-core";
import type { ImageData, ImageReader } from "../../datasets/image-data.ts";
import type { RunContext } from "../../harness/contract/suite.ts";
import { mean, standardDeviation } from "../../harness/statistics/descriptive.ts";
import { DRAWS } from "../../harness/svm/draws.ts";
import { unitImages } from "../shared/images/pixels.ts";
import { evaluateLinear, type LabelledFeatures, type LinearResult } from "./linear-classifier.ts";
import { FEATURE_SETS, type FeatureSet, type MetricKey, metricName } from "./metrics.ts";
import type { FeatureSets, SvmSettings } from "./settings.ts";

type FeaturesOf = (x: tf.Tensor4D) => Record<string, tf.Tensor2D>;

/** The images that labels are drawn from, that C is chosen on, and that are tested. */
export type LabelledImages = Readonly<Record<"pool" | "validation" | "test", ImageReader>>;

/** Linear classifiers on a trained encoder's features: label draws from the pool, by the suite's protocol. */
export function classify(
  context: RunContext,
  { pool, validation, test }: LabelledImages,
  data: ImageData,
  { features, sets, svm }: { readonly features: FeaturesOf; readonly sets: FeatureSets; readonly svm: SvmSettings },
): Promise<readonly LinearResult[]> {
  const labelled = (reader: ImageReader): LabelledFeatures => ({
    labels: reader.labels(),
    features(rows) {
      const made = tf.tidy(() => features(unitImages(reader.readSync(rows), data.shape)));
      const host = Object.entries(made).map(([name, of]) => [name, (of.dataSync() as Float32Array).slice()] as const);
      tf.dispose(made);
      return Object.fromEntries(host);
    },
  });
  return evaluateLinear({
    ops: context.engine.ops,
    classes: data.classes!.length,
    pool: labelled(pool),
    validation: labelled(validation),
    test: labelled(test),
    kinds: DRAWS,
    sets,
    svm,
    pause: () => context.pause(),
    key: (kind, purpose) => context.seed(`labels ${kind}, ${purpose}`),
  });
}

/** The means over label draws, and every draw. */
export interface LinearMetrics {
  readonly metrics: Readonly<Partial<Record<MetricKey, number>>>;
  readonly draws: Readonly<Partial<Record<MetricKey, readonly number[]>>>;
}

/**
 * Metrics and draws of the results. A model with one set of features has the same numbers under every reading of ALI's.
 */
export function linearMetrics(results: readonly LinearResult[], setOf: (reading: FeatureSet) => string): LinearMetrics {
  const metrics: Partial<Record<MetricKey, number>> = {};
  const draws: Partial<Record<MetricKey, readonly number[]>> = {};
  for (const reading of FEATURE_SETS)
    for (const { set, kind, c, testErrors, validationError } of results) {
      if (set !== setOf(reading)) continue;
      metrics[metricName("error", reading, kind)] = mean(testErrors);
      draws[metricName("error", reading, kind)] = testErrors;
      metrics[metricName("drawSd", reading, kind)] = standardDeviation(testErrors, 1) ?? 0;
      metrics[metricName("c", reading, kind)] = Math.log(c);
      if (reading === "hidden" && kind === "balanced") metrics.validationError = validationError;
    }
  return { metrics, draws };
}
