import { createHash } from "node:crypto";
import { readFileSync, realpathSync, renameSync, writeFileSync } from "node:fs";
import { connect, createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { basename, dirname, join, resolve } from "node:path";
import { EXIT, HarnessError } from "../errors.ts";
import { reasonOf, removeQuietly } from "./atomic-file.ts";

/** Who holds a lock. `pid` is 0 and the texts are empty when the holder is too busy to say. */
export interface Holder {
  readonly pid: number;
  /** ISO time at which the lock was taken. */
  readonly since: string;
  /** What the holder is doing, as it put it. */
  readonly what: string;
}
export interface Lock {
  release(): Promise<void>;
}

/** How long a holder may take to answer before its note on disk is read instead. A training step blocks for longer. */
const ANSWER_MS = 300;
const NOBODY: Holder = { pid: 0, since: "", what: "" };

/**
 * Takes an exclusive lock on `path` (which need not exist), or tells who holds it. The lock is a listening socket, so the
 * kernel releases it when the process ends, even by `kill -9`. It excludes the processes of one machine (on Linux: of one
 * network namespace), not those of other machines that share the folder.
 */
export async function acquireLock(path: string, what: string): Promise<Lock | { readonly heldBy: Holder }> {
  const { address, note } = doorOf(path);
  for (let attempt = 0; ; attempt++) {
    const holder: Holder = { pid: process.pid, since: new Date().toISOString(), what };
    const server = await listen(address, holder);
    if (server) {
      leaveNote(note, holder);
      return { release: () => release(server, note) };
    }
    const heldBy = await ask(address, note);
    if (heldBy) return { heldBy };
    // Nobody answered the door: the holder has just gone, or died and left a socket file (never on Linux or Windows).
    if (address.startsWith(tmpdir())) removeQuietly(address);
    if (attempt >= 20) throw new Error(`The lock on ${path} is neither free nor held (socket ${printable(address)}).`);
  }
}

/** Takes the lock on a folder. Throws HarnessError that says who uses it, and `instead`: what to do. `name`: "The store". */
export async function lockFolder(folder: string, name: string, what: string, instead: string): Promise<Lock> {
  const lock = await acquireLock(folder, what);
  if ("heldBy" in lock) throw inUse(folder, name, lock.heldBy, instead);
  return lock;
}

/** The error of a folder that another process holds. */
export function inUse(folder: string, name: string, { pid, since, what }: Holder, instead: string): HarnessError {
  const who = pid === 0 ? "another process" : `"${what}" (process ${pid}, since ${since})`;
  return new HarnessError(`${name} ${folder} is in use by ${who}. ${instead}`, EXIT.cannotJudge);
}

/** Who holds the lock on `path`; undefined when nobody of this machine does. Nothing is taken, and nobody has to wait. */
export function holderOf(path: string): Promise<Holder | undefined> {
  const { address, note } = doorOf(path);
  return ask(address, note);
}

/** Where the holder of a lock listens, and its note. */
function doorOf(path: string): { readonly address: string; readonly note: string } {
  const name = createHash("sha256").update(canonical(path)).digest("hex").slice(0, 32);
  return { address: socketAddress(name), note: join(tmpdir(), `reproducibility-lock-${name}.json`) };
}

/** The path with the links of its existing part resolved, so that one folder has one lock. */
function canonical(path: string): string {
  const absolute = resolve(path);
  try {
    return realpathSync(absolute);
  } catch {
    const parent = dirname(absolute);
    return parent === absolute ? absolute : join(canonical(parent), basename(absolute));
  }
}

function socketAddress(name: string): string {
  if (process.platform === "linux") return `\0reproducibility-lock-${name}`;
  if (process.platform === "win32") return `\\\\.\\pipe\\reproducibility-lock-${name}`;
  return join(tmpdir(), `reproducibility-lock-${name}.sock`);
}
const printable = (address: string): string => address.replace("\0", "@");

/** A server on the address that tells every caller who holds it, or undefined when the address is taken. */
function listen(address: string, holder: Holder): Promise<Server | undefined> {
  return new Promise((done, fail) => {
    const server = createServer((socket) => {
      socket.on("error", () => {});
      socket.end(JSON.stringify(holder));
    });
    server.once("error", (error: NodeJS.ErrnoException) =>
      error.code === "EADDRINUSE" ? done(undefined) : fail(cannotListen(address, error)),
    );
    // exclusive: workers of node:cluster would otherwise share the socket, and so the lock.
    server.listen({ path: address, exclusive: true }, () => {
      server.unref();
      done(server);
    });
  });
}

/** Locks need a folder for their socket (except on Linux and Windows), the same for all processes. */
function cannotListen(address: string, error: NodeJS.ErrnoException): Error {
  if (!address.startsWith(tmpdir())) return error;
  return new HarnessError(
    `A lock cannot be taken: its socket ${address} cannot be made: ${reasonOf(error)}. Set TMPDIR to a folder that exists and can be written.`,
    EXIT.cannotJudge,
    { cause: error },
  );
}

/** Who listens at the address; undefined when nobody does. */
function ask(address: string, note: string): Promise<Holder | undefined> {
  return new Promise((done) => {
    let answer = "";
    const socket = connect(address);
    const finish = (holder: Holder | undefined): void => {
      clearTimeout(timer);
      socket.destroy();
      done(holder);
    };
    const timer = setTimeout(() => finish(readNote(note)), ANSWER_MS);
    socket.setEncoding("utf8");
    socket.on("data", (text) => {
      answer += text;
    });
    socket.on("end", () => finish(parseHolder(answer) ?? readNote(note)));
    socket.on("error", (error: NodeJS.ErrnoException) =>
      finish(error.code === "ECONNREFUSED" || error.code === "ENOENT" ? undefined : readNote(note)),
    );
  });
}

function parseHolder(text: string): Holder | undefined {
  try {
    const { pid, since, what } = JSON.parse(text) as Partial<Holder>;
    return typeof pid === "number" && typeof since === "string" && typeof what === "string"
      ? { pid, since, what }
      : undefined;
  } catch {
    return undefined;
  }
}

/** The note speaks for a holder whose event loop is blocked. It is a courtesy: the socket alone is the lock. */
function leaveNote(note: string, holder: Holder): void {
  const temporary = `${note}.${process.pid}`;
  try {
    writeFileSync(temporary, JSON.stringify(holder));
    renameSync(temporary, note);
  } catch {
    removeQuietly(temporary);
  }
}
function readNote(note: string): Holder {
  try {
    return parseHolder(readFileSync(note, "utf8")) ?? NOBODY;
  } catch {
    return NOBODY;
  }
}

function release(server: Server, note: string): Promise<void> {
  removeQuietly(note);
  return new Promise((done) => server.close(() => done()));
}
