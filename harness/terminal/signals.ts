import { EXIT, type ExitCode } from "../errors.ts";

const CODES: Readonly<Record<string, ExitCode>> = {
  SIGINT: EXIT.interrupted,
  SIGTERM: EXIT.terminated,
  SIGHUP: EXIT.hangup,
};

/** A signal within this time of the first is the same one: the terminal sends Ctrl-C to us, and npm passes its own on. */
const ECHO_MS = 1_000;

export interface SignalWatch {
  /** Aborted by the first Ctrl-C, termination or closed terminal. */
  readonly signal: AbortSignal;
  readonly received: string | undefined;
  readonly exitCode: ExitCode;
  stop(): void;
}

/**
 * The first signal asks for a clean stop; a later one ends the process at once (checkpoints make that safe).
 * @param stopping what happens meanwhile, in words
 */
export function watchSignals(stopping = "workers write their checkpoints"): SignalWatch {
  const controller = new AbortController();
  let received: string | undefined;
  let since = 0;
  const handlers = Object.entries(CODES).map(([name, code]) => {
    const handler = (): void => {
      if (received && performance.now() - since < ECHO_MS) return;
      if (received) process.exit(code);
      received = name;
      since = performance.now();
      controller.abort();
      if (name !== "SIGHUP") process.stderr.write(`\nStopping: ${stopping} … (once more to stop at once)\n`);
    };
    process.on(name, handler);
    return [name, handler] as const;
  });
  return {
    signal: controller.signal,
    get received() {
      return received;
    },
    get exitCode() {
      return received ? CODES[received]! : EXIT.done;
    },
    stop: () => {
      for (const [name, handler] of handlers) process.off(name, handler);
    },
  };
}
