// Where the cells of a map lie: rows of equal squares that fill the width, large when they are few.

export interface Layout {
  columns: number;
  rows: number;
  /** From one cell to the next, in CSS pixels. */
  pitch: number;
  height: number;
}

const SMALLEST = 7;
const LARGEST = 18;
/** About the height of a chart. */
const HEIGHT = 84;

export function layoutOf(cells: number, width: number): Layout {
  if (cells === 0 || width <= 0) return { columns: 0, rows: 0, pitch: SMALLEST, height: 0 };
  const even = Math.floor(Math.sqrt((width * HEIGHT) / cells));
  const pitch = Math.max(SMALLEST, Math.min(LARGEST, even));
  const columns = Math.max(1, Math.floor(width / pitch));
  const rows = Math.ceil(cells / columns);
  return { columns, rows, pitch, height: rows * pitch };
}

/** What part of a cell is there, 0 to 1; null of one that is no part of the transfer. */
export function shareOf(letter: string): number | null {
  if (letter === "-") return null;
  if (letter === "r" || letter === "p") return 1;
  const tenths = Number(letter);
  // Something of it is there: never drawn as nothing.
  return Number.isInteger(tenths) ? Math.max(0.1, tenths / 10) : 0;
}
