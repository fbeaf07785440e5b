/** Tables of small images: one PNG a panel, embedded in the page. */
import { encode } from "fast-png";
import type { ImagesFigure } from "../harness/figures.ts";
import { plural } from "./format.ts";

/** CSS pixels of an image pixel: images of 32 × 32 are drawn 64 wide. */
const SCALE = 2;
/** Pixels between images, and their grey: neither black nor white images run into it. */
const GAP = 1;
const GAP_GREY = 128;

type Panel = ImagesFigure["panels"][number];

export interface ImagesView {
  readonly panels: readonly {
    readonly title: string;
    readonly note: string;
    /** A data address; null where there is nothing to show. */
    readonly source: string | null;
    readonly width: number;
    readonly height: number;
    /** What is to be seen, for who cannot see it. */
    readonly alt: string;
    readonly columnTitles: readonly string[] | null;
    readonly rowTitles: readonly string[] | null;
  }[];
}

/** @throws RangeError where the pixels are not a whole number of images. */
export function imageCount({ title, shape, pixels }: Pick<Panel, "title" | "shape" | "pixels">): number {
  const count = pixels.length / (shape[0] * shape[1] * shape[2]);
  if (!Number.isInteger(count))
    throw new RangeError(`"${title}": ${pixels.length} values are no images of ${shape.join(" × ")}`);
  return count;
}

export function imagesView({ panels }: ImagesFigure): ImagesView {
  return {
    panels: panels.map((panel) => {
      const { title, note, columns, columnTitles = null, rowTitles = null } = panel;
      const count = imageCount(panel);
      const rows = Math.ceil(count / columns);
      for (const [titles, wanted] of [
        [columnTitles, columns],
        [rowTitles, rows],
      ] as const)
        if (count > 0 && titles !== null && titles.length !== wanted)
          throw new RangeError(`"${title}": ${titles.length} headings for ${wanted} rows or columns`);
      if (count === 0)
        return { title, note, source: null, width: 0, height: 0, alt: "No images.", columnTitles, rowTitles };
      const { width, height, data } = tile(panel, count);
      const png = encode({ width, height, data, channels: 3 });
      return {
        title,
        note,
        source: `data:image/png;base64,${Buffer.from(png).toString("base64")}`,
        width: SCALE * width,
        height: SCALE * height,
        alt: `${title}: ${plural(count, "image")} in ${plural(rows, "row")} of ${columns}`,
        columnTitles,
        rowTitles,
      };
    }),
  };
}

/** All images of a panel as one RGB picture [height, width, 3], row by row; one channel becomes grey. */
export function tile(
  { columns, shape: [height, width, channels], pixels }: Pick<Panel, "columns" | "shape" | "pixels">,
  count: number,
): { readonly width: number; readonly height: number; readonly data: Uint8Array } {
  const rows = Math.ceil(count / columns);
  const wide = columns * (width + GAP) - GAP;
  const high = rows * (height + GAP) - GAP;
  const data = new Uint8Array(wide * high * 3).fill(GAP_GREY);
  for (let image = 0; image < count; image++) {
    const top = Math.floor(image / columns) * (height + GAP);
    const left = (image % columns) * (width + GAP);
    for (let y = 0; y < height; y++)
      for (let x = 0; x < width; x++) {
        const from = ((image * height + y) * width + x) * channels;
        const to = ((top + y) * wide + left + x) * 3;
        for (let c = 0; c < 3; c++) data[to + c] = pixels[from + (channels === 1 ? 0 : c)]!;
      }
  }
  return { width: wide, height: high, data };
}
