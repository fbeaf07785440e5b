/** Command lines for messages and pages. */

/** The default folder of the store. */
export const USUAL_STORE = "runs";
/** The default folder of report pages. */
export const USUAL_OUT = "reports/out";

/** Quotes a word for the shell. */
export const quoted = (word: string): string =>
  /^[\w./~^@=-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;

/** `npm run report <suite> -- --store reports/evidence`: a verb on a suite's runs, without a default store. */
export function commandOn(verb: string, suite: string, store = USUAL_STORE, more: readonly string[] = []): string {
  const options = [...more, ...(store === USUAL_STORE ? [] : ["--store", quoted(store)])];
  return [`npm run ${verb} ${suite}`, ...(options.length === 0 ? [] : ["--", ...options])].join(" ");
}
