/** The one place where pictures become markup: a document without a browser, accessible names, compact numbers. */
import Handlebars from "handlebars";
import { parseHTML } from "linkedom";

/** Markup made by this project, which templates print as it is. Everything else they print is escaped. */
export type Markup = Handlebars.SafeString;

export const { document } = parseHTML("<!doctype html><html><body></body></html>");

export function escapeText(text: string): string {
  return Handlebars.escapeExpression(text);
}

interface PlotElement {
  readonly tagName: string;
  outerHTML: string;
  innerHTML: string;
  setAttribute(name: string, value: string): void;
  removeAttribute(name: string): void;
  querySelectorAll(selector: string): Iterable<PlotElement>;
  remove(): void;
}

/**
 * Serializes a plot as one image with an accessible name.
 * The plot's own style element and inner labels go (the page styles it, and an image has no readable parts);
 * coordinates keep one decimal: a tenth of a CSS pixel.
 */
export function plotMarkup(plot: unknown, name: string, className: string): Markup {
  const svg = plot as PlotElement;
  for (const style of svg.querySelectorAll("style")) style.remove();
  for (const part of svg.querySelectorAll("g")) part.removeAttribute("aria-label");
  for (const part of svg.querySelectorAll("path")) part.removeAttribute("aria-label");
  svg.setAttribute("class", className);
  svg.setAttribute("role", "img");
  svg.setAttribute("aria-label", name);
  svg.removeAttribute("font-family");
  const compact = svg.outerHTML.replace(
    / (d|transform|x|y|width|height|x1|x2|y1|y2|cx|cy)="([^"<>]*)"/g,
    (_, attribute: string, value: string) =>
      ` ${attribute}="${value.replace(/-?\d+\.\d{2,}/g, (number) => String(Math.round(Number(number) * 10) / 10))}"`,
  );
  return new Handlebars.SafeString(compact);
}

/** Markup written by hand; `name` is escaped here, `content` must be. */
export function imageMarkup(viewBox: string, content: string, name: string, className: string): Markup {
  return new Handlebars.SafeString(
    `<svg class="${className}" viewBox="${viewBox}" role="img" aria-label="${escapeText(name)}">${content}</svg>`,
  );
}

const DASHES = ["none", "6 3", "2 3", "8 3 2 3", "1 4", "10 4"];

/** Colour and dash of a group by its position: never colour alone. */
export function groupStyle(index: number): {
  readonly colour: string;
  readonly dash: string;
  readonly className: string;
} {
  const slot = index % DASHES.length;
  return { colour: `var(--group-${slot})`, dash: DASHES[slot]!, className: `group-${slot}` };
}
