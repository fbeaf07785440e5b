/** Starts millisecond-main.ts compiled ahead, as main.js does main.ts. */
import { start } from "../compile-ahead.js";

await start("harness/testing/millisecond-main.ts");
