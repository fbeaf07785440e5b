/** What `npm run bench` measures: contestants of a case, side by side, block by block. */
import type { EngineId } from "../engine/engine.ts";

/** Some repetitions of one contestant, done in one go. */
export interface Block {
  /** Milliseconds of each repetition. */
  readonly ms: readonly number[];
  /** Largest resident memory, so far, of the process that did them; null where nobody can say. */
  readonly peakRssBytes: number | null;
}

/** Something to time: a process that does steps on request, or a command that is run as a whole. */
export interface Contestant {
  readonly name: string;
  /** Library versions, e.g. {"torch": "2.15.0"}. */
  readonly versions: Readonly<Record<string, string>>;
  block(): Promise<Block>;
  close(): Promise<void>;
}

/** How the contestants of a case are started. */
export interface BenchOptions {
  /** The engine to use; without it the best that works. */
  readonly engine: EngineId | undefined;
  /** Starts the peer's contestants too, with this program. */
  readonly peer: { readonly id: PeerId; readonly program: string } | undefined;
  /** The core that the contestants are bound to; null where that is impossible. */
  readonly core: number | null;
}

export const PEERS = ["pytorch", "sklearn"] as const;
export type PeerId = (typeof PEERS)[number];

export interface BenchCase {
  readonly id: string;
  /** What is timed, in a phrase. */
  readonly title: string;
  /** What a reader has to know to take the numbers for what they are. */
  readonly conditions: string;
  /** Whether it takes a minute or so: then it is done when no case is named. */
  readonly quick: boolean;
  /** Peers that it can be put beside. */
  readonly peers: readonly PeerId[];
  /** How often each contestant has its turn. */
  readonly alternations: number;
  /** Starts the contestants: ours first, then those that it is compared with. The caller closes them. */
  open(options: BenchOptions): Promise<readonly Contestant[]>;
}
