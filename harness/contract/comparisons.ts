/** Printed numbers that a paper compares, and statements that its printed numbers must bear out: data for the audit. */
import type { PublishedValue } from "./claims.ts";

/** Two printed means that the paper sets against each other: the first minus the second is tested. */
export interface Comparison {
  readonly id: string;
  readonly statement: string;
  readonly first: PublishedValue;
  readonly second: PublishedValue;
}

/** A statement that the printed numbers themselves can bear out or not. */
export type CrossCheck = { readonly id: string; readonly statement: string } & (
  | {
      /** The stated difference against first minus second. */
      readonly kind: "difference";
      readonly first: PublishedValue;
      /** A printed value, or one of another source. */
      readonly second: PublishedValue | Elsewhere;
      readonly stated: PublishedValue;
      readonly decimals: number;
    }
  | {
      /** The ± stated of a difference against those of its two terms. */
      readonly kind: "difference spread";
      readonly first: PublishedValue;
      readonly second: PublishedValue;
      readonly stated: PublishedValue;
      readonly decimals: number;
    }
  | {
      /** A cited number against its source. */
      readonly kind: "citation";
      readonly cited: PublishedValue;
      readonly elsewhere: Elsewhere;
      readonly decimals: number;
    }
  | { /** Means fall in this order. */ readonly kind: "falling"; readonly values: readonly PublishedValue[] }
  | {
      /** The gaps (second minus first) of the named pairs are greater than those of all other pairs. */
      readonly kind: "greatest gaps";
      readonly pairs: readonly {
        readonly label: string;
        readonly first: PublishedValue;
        readonly second: PublishedValue;
        readonly named: boolean;
      }[];
    }
);

/** A number that another source prints. */
export interface Elsewhere {
  readonly source: string;
  readonly mean: number;
}
