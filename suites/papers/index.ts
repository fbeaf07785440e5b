/** The papers of this project, one line each. */
export { ali } from "./ali.ts";
