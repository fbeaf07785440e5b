/** A figure as one SVG file: its pictures where they stand on the page, its captions as text, every style written out. */

const STYLES = [
  "fill",
  "fill-opacity",
  "stroke",
  "stroke-width",
  "stroke-opacity",
  "stroke-dasharray",
  "stroke-linecap",
  "stroke-linejoin",
  "opacity",
  "font-family",
  "font-size",
  "font-weight",
  "font-variant",
  "text-anchor",
  "paint-order",
];

/** A copy of a picture that needs no style sheet. */
function standalone(picture: SVGSVGElement): SVGSVGElement {
  const copy = picture.cloneNode(true) as SVGSVGElement;
  const originals = [picture, ...picture.querySelectorAll<SVGElement>("*")];
  const copies = [copy, ...copy.querySelectorAll<SVGElement>("*")];
  originals.forEach((original, i) => {
    const computed = getComputedStyle(original);
    for (const name of ["class", ...STYLES]) copies[i]!.removeAttribute(name);
    copies[i]!.setAttribute("style", STYLES.map((name) => `${name}:${computed.getPropertyValue(name)}`).join(";"));
  });
  return copy;
}

/** The lines of a text as they are broken on the page. */
function linesOf(node: Text): { readonly text: string; readonly left: number; readonly bottom: number }[] {
  const lines: { text: string; left: number; bottom: number }[] = [];
  const range = document.createRange();
  for (const word of node.data.matchAll(/\S+\s*/g)) {
    range.setStart(node, word.index);
    range.setEnd(node, word.index + word[0].trimEnd().length);
    const box = range.getBoundingClientRect();
    if (box.width === 0) continue;
    const last = lines.at(-1);
    if (last && Math.abs(last.bottom - box.bottom) < 2) last.text += word[0];
    else lines.push({ text: word[0], left: box.left, bottom: box.bottom });
  }
  return lines;
}

/** The figure as the text of an SVG file with a title. */
function figureSvg(figure: HTMLElement, title: string): string {
  const frame = figure.getBoundingClientRect();
  const element = (tag: string) => document.createElementNS(figure.querySelector("svg")!.namespaceURI, tag);
  const root = element("svg");
  const size = { width: Math.ceil(frame.width), height: Math.ceil(frame.height) };
  root.setAttribute("viewBox", `0 0 ${size.width} ${size.height}`);
  for (const [name, value] of Object.entries(size)) root.setAttribute(name, String(value));
  const name = element("title");
  name.textContent = title;
  const back = element("rect");
  for (const side of ["width", "height"]) back.setAttribute(side, "100%");
  back.setAttribute("style", `fill:${getComputedStyle(document.body).backgroundColor}`);
  root.append(name, back);
  for (const picture of figure.querySelectorAll<SVGSVGElement>("svg")) {
    const box = picture.getBoundingClientRect();
    const copy = standalone(picture);
    copy.setAttribute("x", String(box.left - frame.left));
    copy.setAttribute("y", String(box.top - frame.top));
    copy.setAttribute("width", String(box.width));
    copy.setAttribute("height", String(box.height));
    root.append(copy);
  }
  const texts = document.createTreeWalker(figure, NodeFilter.SHOW_TEXT);
  for (let node = texts.nextNode(); node; node = texts.nextNode()) {
    const parent = node.parentElement!;
    if (parent.closest("svg, button, .permalink")) continue;
    const computed = getComputedStyle(parent);
    for (const { text, left, bottom } of linesOf(node as Text)) {
      const line = element("text");
      line.setAttribute("x", String(left - frame.left));
      line.setAttribute("y", String(bottom - frame.top - 0.25 * Number.parseFloat(computed.fontSize)));
      line.setAttribute("style", `fill:${computed.color};font:${computed.fontWeight} ${computed.fontSize} sans-serif`);
      line.textContent = text.trimEnd();
      root.append(line);
    }
  }
  return new XMLSerializer().serializeToString(root);
}

function save(name: string, svg: string): void {
  const url = URL.createObjectURL(new Blob([svg], { type: "image/svg+xml" }));
  const link = Object.assign(document.createElement("a"), { href: url, download: name });
  link.click();
  URL.revokeObjectURL(url);
}

/** A button a figure. */
export function enableSaving(): void {
  for (const figure of document.querySelectorAll<HTMLElement>("[data-figure]")) {
    const title = figure.dataset.figure!;
    const button = document.createElement("button");
    button.type = "button";
    button.className = "save";
    button.textContent = "Save as SVG";
    button.setAttribute("aria-label", `Save as SVG: ${title}`);
    button.addEventListener("click", () => save(`${figure.id}.svg`, figureSvg(figure, title)));
    figure.append(button);
  }
}
