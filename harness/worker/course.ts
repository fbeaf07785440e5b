/** How far a training is: the part of it that a checkpoint keeps, but for the state. */

import type { Program } from "../engine/program.ts";
import { emptyTrail, type Trail } from "../engine/trail.ts";
import type { Checkpoint } from "../store/checkpoint.ts";
import { sourcesBefore } from "./continued.ts";
import type { Reached } from "./ends.ts";

export class Course {
  /** Update of the checkpoint that the training goes on from; 0 for one that starts. */
  readonly from: number;
  updates: number;
  /** The learning curve up to here. */
  readonly curve: Record<string, (number | null)[]>;
  trainMs: number;
  readonly resumes: number;
  earlyStateSha256: string | null;
  /** Undefined where the checkpoint has none. */
  readonly trail: Trail | undefined;
  readonly earlierSources: readonly string[];
  readonly sourceSha256: string;

  /** @param from the checkpoint to go on from; undefined for a training that starts */
  constructor(from: Checkpoint | undefined, sourceSha256: string) {
    this.from = from?.updates ?? 0;
    this.updates = this.from;
    this.curve = structuredClone(from?.curve ?? { update: [] });
    this.trainMs = from?.trainMs ?? 0;
    this.resumes = from ? from.resumes + 1 : 0;
    this.earlyStateSha256 = from?.earlyStateSha256 ?? null;
    this.trail = from ? structuredClone(from.trail) : emptyTrail();
    this.earlierSources = sourcesBefore(from, sourceSha256);
    this.sourceSha256 = sourceSha256;
  }

  /** The end of a training whose program is given. */
  reached({ kind, reason }: Program): Reached {
    const { updates, curve, trainMs, resumes, earlyStateSha256, earlierSources, trail } = this;
    return { updates, curve, trainMs, resumes, step: { kind, reason }, earlyStateSha256, earlierSources, trail };
  }
}
