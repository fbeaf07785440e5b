/** All that the author of a suite and its models takes from the harness; its code is part of the suites' source hash. */
export type { Claim, Margin, PublishedValue, Quantity } from "./harness/contract/claims.ts";
export type { Comparison, CrossCheck } from "./harness/contract/comparisons.ts";
export type { Figure } from "./harness/contract/figures.ts";
export * from "./harness/contract/grain.ts";
export type { BuiltModel, DependentModel, ImageModel, Model } from "./harness/contract/model.ts";
export type { Paper, PaperInfo } from "./harness/contract/paper.ts";
export * from "./harness/contract/readings.ts";
export type { Profile, RunRecord, RunSpec } from "./harness/contract/run.ts";
export type * from "./harness/contract/suite.ts";
export type * from "./harness/contract/training.ts";
export type { Engine } from "./harness/engine/engine.ts";
export type { HostState } from "./harness/engine/host-state.ts";
export { tensors } from "./harness/engine/program.ts";
export type { Tensors, TrainStep } from "./harness/engine/step.ts";
export { HarnessError } from "./harness/errors.ts";
export type { Words2 } from "./harness/random/philox.ts";
export { Stream, streamKey } from "./harness/random/seeds.ts";
