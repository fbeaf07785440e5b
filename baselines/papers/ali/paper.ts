/** Adversarially Learned Inference, without its suites. */
import type { Paper } from "../../../harness/contract/paper.ts";
import { COMPARISONS, CROSS_CHECKS, NOTES } from "./comparisons.ts";
import { PUBLISHED } from "./published.ts";

export const ALI: Omit<Paper, "suites"> = {
  id: "ali",
  title: "Adversarially Learned Inference",
  authors: [
    "Vincent Dumoulin",
    "Ishmael Belghazi",
    "Ben Poole",
    "Olivier Mastropietro",
    "Alex Lamb",
    "Martin Arjovsky",
    "Aaron Courville",
  ],
  venue: "ICLR 2017, arXiv 1606.00704",
  url: "https://arxiv.org/abs/1606.00704",
  published: PUBLISHED,
  audit: { comparisons: COMPARISONS, crossChecks: CROSS_CHECKS, notes: NOTES },
};
