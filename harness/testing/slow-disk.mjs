/** Loaded before a program: its files are on a disk that takes 30 ms for a call that a network has to answer. */
import fs from "node:fs";
import { syncBuiltinESMExports } from "node:module";

const MS = 30;
const wait = new Int32Array(new SharedArrayBuffer(4));
const isStored = (path) => typeof path !== "string" || path.includes("slow-store");
for (const name of [
  "openSync",
  "fsyncSync",
  "renameSync",
  "readFileSync",
  "readdirSync",
  "statSync",
  "rmSync",
  "mkdirSync",
]) {
  const call = fs[name];
  fs[name] = (...args) => {
    if (isStored(args[0])) Atomics.wait(wait, 0, 0, MS);
    return call(...args);
  };
}
for (const name of ["fsync", "writev"]) {
  const call = fs[name];
  fs[name] = (...args) => setTimeout(() => call(...args), MS);
}
syncBuiltinESMExports();
