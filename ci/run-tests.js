/**
 * Runs test files in the given order: `node ci/run-tests.js PROCESSES MILLISECONDS FILE…`, each in a process of its own with a
 * time limit. `node --test` would sort the files by path, and a long one could begin last. The report and the exit code are
 * those of `node --test`.
 */
import { run } from "node:test";
import { spec } from "node:test/reporters";

const [processes, milliseconds, ...files] = process.argv.slice(2);
run({ files, concurrency: Number(processes), timeout: Number(milliseconds) })
  .on("test:fail", ({ todo }) => {
    if (todo === undefined || todo === false) process.exitCode = 1;
  })
  .compose(new spec())
  .pipe(process.stdout);
