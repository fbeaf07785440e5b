/** What an audit of printed numbers is told beside the numbers themselves: which are compared, and what they count. */
import type { PublishedValue } from "../contract/claims.ts";

/** Two printed means that the paper sets against each other: the first minus the second is tested. */
export interface Comparison {
  readonly id: string;
  readonly statement: string;
  readonly first: PublishedValue;
  readonly second: PublishedValue;
}

/** What one unit's value can be, and how finely the mean is printed. */
export interface Granularity {
  readonly published: PublishedValue;
  /** Places after the point in print, zeros included; a number does not know them. */
  readonly decimals: number;
  /** One unit is a multiple of this, in the value's unit: 1 for counts, 100/10000 for a percentage of 10,000 images. */
  readonly step: number;
  readonly stepText: string;
  /** Smallest and largest value that one unit can have. */
  readonly low: number;
  readonly high: number;
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

export interface AuditInput {
  readonly title: string;
  readonly published: readonly PublishedValue[];
  readonly comparisons: readonly Comparison[];
  readonly granularities: readonly Granularity[];
  readonly crossChecks: readonly CrossCheck[];
  /** How the print was read where it leaves something open. */
  readonly notes: readonly string[];
}

/** A number that could be computed, or the reason why not. */
export type Computed<T> =
  | ({ readonly state: "computed" } & T)
  | { readonly state: "not computable"; readonly reason: string };

export const notComputable = (reason: string): { readonly state: "not computable"; readonly reason: string } => ({
  state: "not computable",
  reason,
});
