/** Pages beside the reports, as far as they are there: the audit of the printed numbers, comparisons with baselines. */
import { existsSync, readdirSync } from "node:fs";
import { join, relative, sep } from "node:path";

export interface OtherPage {
  readonly title: string;
  /** Path relative to the page that links it. */
  readonly href: string;
}

/** The pages of the audits: one a paper. */
const AUDIT_NAME = /^audit-(.+)\.html$/g;
const INDEX = "index.html";

/** A path relative to a page, each part encoded: nothing in it can name a scheme or a host. */
export function relativeHref(path: string): string {
  return `./${path
    .split(/[\\/]/)
    .map((part) => (part === ".." ? part : encodeURIComponent(part)))
    .join("/")}`;
}

/** Under a folder: the audit, and every comparison with its place. */
export function otherPages(folder: string): readonly OtherPage[] {
  if (!existsSync(folder)) return [];
  const compared = readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((path) => /(^|[\\/])compare-[^\\/]*\.html$/.test(path))
    .sort();
  return [
    ...auditsIn(folder).map(({ paper, file }) => ({
      title: `What the printed numbers can show: the audit of ${paper}`,
      href: file,
    })),
    ...compared.map((href) => ({
      title: `Compared with the accepted baseline: ${href.slice(0, -".html".length).split(sep).join(", ")}`,
      href,
    })),
  ];
}

const auditsIn = (folder: string): { readonly paper: string; readonly file: string }[] =>
  (existsSync(folder) ? readdirSync(folder) : [])
    .flatMap((file) => [...file.matchAll(AUDIT_NAME)].map(([, paper]) => ({ paper: paper!, file })))
    .sort((a, b) => (a.file < b.file ? -1 : 1));

/** Levels between a report and the folder of all pages: suite, budget, engine class. */
const DEPTH = 3;

/** What a report in `folder` links upwards: the list of reports and the audit, where they are. */
export function pagesAbove(folder: string): readonly OtherPage[] {
  const top = join(folder, ...new Array<string>(DEPTH).fill(".."));
  const pages = [
    { title: "All reports", file: INDEX },
    ...auditsIn(top).map(({ paper, file }) => ({ title: `Audit of the printed numbers: ${paper}`, file })),
  ];
  return pages
    .filter(({ file }) => existsSync(join(top, file)))
    .map(({ title, file }) => ({ title, href: relativeHref(relative(folder, join(top, file))) }));
}
