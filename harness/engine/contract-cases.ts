/** The engine contract's cases: harness/engine/fixtures/ops.json, made by ci/peers/ops_contract.py. */
import { readFileSync } from "node:fs";
import type { Words2 } from "../random/philox.ts";
import type { Recipe } from "./reference-values.ts";

/** A tensor as the fixture holds it: a walk over its entries, its Euclidean norm and its largest |entry|. */
export interface ExpectedTensor {
  readonly shape: readonly number[];
  readonly stride: number;
  readonly values: readonly number[];
  readonly norm: number;
  readonly largest: number;
}

export interface ContractCase {
  readonly op: string;
  readonly case: string;
  readonly inputs: readonly (
    | (Recipe & { readonly key: Words2 })
    | { readonly shape: number[]; readonly values: number[] }
  )[];
  readonly output: ExpectedTensor;
  /** Key of the fixed weights of the scalar whose gradient is taken; absent where there is no gradient. */
  readonly cotangent?: Words2;
  readonly gradients?: readonly ExpectedTensor[];
}

export const CONTRACT_CASES: readonly ContractCase[] = JSON.parse(
  readFileSync(new URL("./fixtures/ops.json", import.meta.url), "utf8"),
).cases;

export const caseName = ({ op, case: name }: ContractCase): string => `${op}, ${name}`;

/** What an engine made of a tensor: shape, the entries on the fixture's walk, norm. */
export interface ObservedTensor {
  readonly shape: readonly number[];
  readonly values: readonly number[];
  readonly norm: number;
}
export type ObservedCase =
  | { readonly state: "done"; readonly output: ObservedTensor; readonly gradients: readonly ObservedTensor[] }
  | { readonly state: "failed"; readonly reason: string };
/** What contract-run.ts prints. */
export type ContractRun =
  | { readonly state: "ran"; readonly engine: string; readonly cases: Readonly<Record<string, ObservedCase>> }
  | { readonly state: "not opened"; readonly reason: string };
