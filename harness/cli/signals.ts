import { EXIT, type ExitCode } from "../errors.ts";

const CODES: Readonly<Record<string, ExitCode>> = {
  SIGINT: EXIT.interrupted,
  SIGTERM: EXIT.terminated,
  SIGHUP: EXIT.hangup,
};

export interface SignalWatch {
  /** Aborted by the first Ctrl-C, termination or closed terminal. */
  readonly signal: AbortSignal;
  readonly received: string | undefined;
  readonly exitCode: ExitCode;
  stop(): void;
}

/** The first signal asks for a clean stop; a second one ends the process at once (checkpoints make that safe). */
export function watchSignals(): SignalWatch {
  const controller = new AbortController();
  let received: string | undefined;
  const handlers = Object.entries(CODES).map(([name, code]) => {
    const handler = (): void => {
      if (received) process.exit(code);
      received = name;
      controller.abort();
      if (name !== "SIGHUP") process.stderr.write("\nStopping: workers write their checkpoints …\n");
    };
    process.on(name, handler);
    return [name, handler] as const;
  });
  // A closed terminal makes writes fail; that must not end the process before its workers have saved.
  const ignore = (): void => {};
  process.stdout.on("error", ignore);
  process.stderr.on("error", ignore);
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
