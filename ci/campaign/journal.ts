/** What a campaign did and when: one JSON text a line, only appended to. A line that a kill cut off is passed over. */
import { appendFileSync, existsSync, readFileSync } from "node:fs";
import { z } from "zod";

const at = z.string();
const Event = z.discriminatedUnion("what", [
  z.object({
    what: z.literal("started"),
    at,
    process: z.int(),
    workers: z.int(),
    /** The file of its lines; absent in what an older version noted. */
    lines: z.string().optional(),
  }),
  z.object({ what: z.literal("line-started"), at, line: z.string() }),
  z.object({
    what: z.literal("line-ended"),
    at,
    line: z.string(),
    outcome: z.enum(["done", "failed", "stopped"]),
    /** Exit code of the suite; null where it was not reached. */
    code: z.int().nullable(),
    message: z.string(),
    /** Core-milliseconds that no run used before the line's last run ended; null where nothing was run. */
    idleMs: z.number().nullable(),
  }),
  z.object({ what: z.literal("ended"), at, why: z.string() }),
]);
export type JournalEvent = z.infer<typeof Event>;
export type LineEnded = Extract<JournalEvent, { what: "line-ended" }>;
type Unstamped = JournalEvent extends infer E ? (E extends JournalEvent ? Omit<E, "at"> : never) : never;

export class Journal {
  readonly #file: string;
  constructor(file: string) {
    this.#file = file;
  }

  note(event: Unstamped): void {
    appendFileSync(this.#file, `${JSON.stringify({ at: new Date().toISOString(), ...event })}\n`);
  }

  events(): JournalEvent[] {
    if (!existsSync(this.#file)) return [];
    return readFileSync(this.#file, "utf8")
      .split("\n")
      .flatMap((text) => Event.safeParse(parsed(text)).data ?? []);
  }

  /** How each line ended the last time, by its key. */
  ended(): Map<string, LineEnded> {
    return new Map(this.events().flatMap((event) => (event.what === "line-ended" ? [[event.line, event]] : [])));
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
