/** Commands as a person types them, for messages and pages. */

/** The folder of the store where none is named. */
export const USUAL_STORE = "runs";

/** As a shell takes it for one word. */
export const quoted = (word: string): string =>
  /^[\w./~^@=-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;

/** `npm run report toy-modes -- --store reports/evidence`: a verb on a suite's runs; the usual store is left out. */
export function commandOn(verb: string, suite: string, store = USUAL_STORE, more: readonly string[] = []): string {
  const options = [...more, ...(store === USUAL_STORE ? [] : ["--store", quoted(store)])];
  return [`npm run ${verb} ${suite}`, ...(options.length === 0 ? [] : ["--", ...options])].join(" ");
}
