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
  readonly outerHTML: string;
  getAttribute(name: string): string | null;
  setAttribute(name: string, value: string): void;
  removeAttribute(name: string): void;
  querySelectorAll(selector: string): Iterable<PlotElement>;
  remove(): void;
}

const COORDINATES = ["d", "transform", "x", "y", "width", "height", "x1", "x2", "y1", "y2", "cx", "cy"];

/**
 * Serializes a plot as one image with an accessible name.
 * The plot's own style element and inner labels go (the page styles it, and an image has no readable parts);
 * coordinates keep one decimal: a tenth of a CSS pixel.
 */
export function plotMarkup(plot: unknown, name: string, className: string): Markup {
  const svg = plot as PlotElement;
  for (const style of svg.querySelectorAll("style")) style.remove();
  for (const part of svg.querySelectorAll("*")) {
    part.removeAttribute("aria-label");
    for (const attribute of COORDINATES) {
      const value = part.getAttribute(attribute);
      if (value?.includes("."))
        part.setAttribute(
          attribute,
          value.replace(/-?\d+\.\d{2,}/g, (number) => String(Math.round(Number(number) * 10) / 10)),
        );
    }
  }
  svg.setAttribute("class", className);
  svg.removeAttribute("font-family");
  // The name is put in by hand: the document's serializer leaves "<" in attributes as it is.
  const opening = `<svg role="img" aria-label="${escapeText(name)}"`;
  return new Handlebars.SafeString(opening + svg.outerHTML.slice("<svg".length));
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
