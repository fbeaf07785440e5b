/** A project of its own in a temporary folder: the harness's sources in a git repository, so that tests can change it. */
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Ended, FAST_TEMPORARY, ProgramUnderTest, ROOT } from "./program-under-test.ts";

export class TemporaryProject {
  readonly folder = mkdtempSync(join(FAST_TEMPORARY, "project-test-"));
  readonly main = this.at("harness", "testing", "millisecond.js");

  constructor() {
    cpSync(join(ROOT, "harness"), this.at("harness"), {
      recursive: true,
      filter: (path) => !path.endsWith(".test.ts"),
    });
    for (const name of ["package.json", "package-lock.json"]) cpSync(join(ROOT, name), this.at(name));
    symlinkSync(join(ROOT, "node_modules"), this.at("node_modules"));
    this.write(".gitignore", "node_modules\nruns*/\nreports/\nmodels/\n");
    this.git("init", "--quiet");
    this.git("config", "user.name", "A test");
    this.git("config", "user.email", "test@example.invalid");
    this.commit("the project");
  }

  at(...names: string[]): string {
    return join(this.folder, ...names);
  }

  write(name: string, text: string): string {
    mkdirSync(join(this.at(name), ".."), { recursive: true });
    writeFileSync(this.at(name), text);
    return this.at(name);
  }

  git(...args: string[]): string {
    const { status, stdout, stderr } = spawnSync("git", ["-C", this.folder, ...args], { encoding: "utf8" });
    if (status !== 0) throw new Error(`git ${args.join(" ")}: ${stderr}`);
    return stdout.trim();
  }

  commit(message: string): void {
    this.git("add", "--all");
    this.git("commit", "--quiet", "--message", message);
  }

  /** A verb on its own store and pages. `env` changes the fixture's suite. */
  start(
    verb: string,
    args: readonly string[],
    env: Readonly<Record<string, string>> = {},
    store = "runs",
  ): ProgramUnderTest {
    const engine = verb === "accept" ? [] : ["--engine", "cpu", "--workers", "1", "--out", this.at("reports")];
    const places = ["--profile", "smoke", "--store", this.at(store), ...engine];
    return new ProgramUnderTest(this.main, [verb, "slotted", ...places, ...args], env);
  }

  run(
    verb: string,
    args: readonly string[] = [],
    env: Readonly<Record<string, string>> = {},
    store = "runs",
  ): Promise<Ended> {
    return this.start(verb, args, env, store).ended;
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
