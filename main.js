/** Starts the program; see harness/compile-ahead.js. */
import { start } from "./harness/compile-ahead.js";

await start("main.ts");
