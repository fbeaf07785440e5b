/** The linear classifiers beside scikit-learn's, one core each. */
import { join } from "node:path";
import type { BenchCase } from "../../harness/bench/case.ts";
import type { Served } from "../../harness/bench/served.ts";
import { ROOT } from "../source-tree.ts";
import { openAll } from "./steps.ts";

export const svmCases: readonly BenchCase[] = [
  {
    id: "l2-svm",
    title: "L2-SVMs of 10 classes for 50 values of C on 1,000 samples with 5,376 features",
    conditions:
      "One thread each, float64, made-up features, from features to weights. Ours to a relative duality gap of 1e-8. scikit-learn's LinearSVC on the dual as it comes (tol 1e-4, at most 1,000 iterations): it warns where it did not converge. It takes more than a minute: few alternations, no warm-up.",
    quick: false,
    peers: ["sklearn"],
    alternations: 3,
    open({ peer, core }) {
      const script = join(ROOT, "ci/bench/serve-svm.ts");
      const ours: Served = { name: "ours", command: [process.execPath, "--import", "tsx", script], core, steps: 5 };
      if (!peer) return openAll([ours]);
      const command = [peer.program, join(ROOT, "ci/peers/svm_path.py")] as const;
      return openAll([ours, { name: "scikit-learn LinearSVC", command, core, steps: 1 }]);
    },
  },
];
