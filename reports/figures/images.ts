/** Tables of small images: one PNG a panel, embedded in the page. */
import { encode } from "fast-png";
import type { ImagesFigure } from "../../harness/contract/figures.ts";
import { tiled } from "../../harness/contract/tiled.ts";
import { plural } from "../format.ts";

/** CSS pixels of an image pixel: images of 32 × 32 are drawn 64 wide. */
const SCALE = 2;
type Panel = ImagesFigure["panels"][number];

export interface ImagesView {
  readonly lead: string;
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
    lead: "",
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
      const {
        shape: [height, width],
        data,
      } = tiled(panel);
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

/** The figure with the number of images in place of their pixels. */
export const imagesWithoutPixels = (figure: ImagesFigure): unknown => ({
  ...figure,
  panels: figure.panels.map(({ pixels, ...panel }) => ({ ...panel, imageCount: imageCount({ ...panel, pixels }) })),
});
