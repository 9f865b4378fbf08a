// Samples as a path in a square of 100: time goes to the right, the last sample at the edge; values go up.

import { MOST_SAMPLES, STEP_MS } from "../../../state/samples";

export interface Point {
  at: number;
  value: number;
}

const SPAN_MS = MOST_SAMPLES * STEP_MS;
/** A hair of room above the highest value. */
const ROOM = 1.08;
/** Narrower than this the line would only show its noise. */
const NARROWEST_MS = 10_000;

/** The value at the upper edge: never nought. */
export function topOf(points: readonly Point[]): number {
  return Math.max(1, ...points.map(({ value }) => value)) * ROOM;
}

export function lineOf(points: readonly Point[], top: number): string {
  return points.map((point, index) => `${index === 0 ? "M" : "L"}${placeOf(point, points, top)}`).join("");
}

/** The same, closed along the ground. */
export function areaOf(points: readonly Point[], top: number): string {
  const [first] = points;
  if (first === undefined) return "";
  const start = placeOf(first, points, top).split(" ")[0];
  return `${lineOf(points, top)}L100 100L${start} 100Z`;
}

function placeOf({ at, value }: Point, points: readonly Point[], top: number): string {
  const last = points.at(-1)?.at ?? at;
  const span = Math.min(SPAN_MS, Math.max(NARROWEST_MS, last - (points[0]?.at ?? at)));
  return `${round(100 - ((last - at) / span) * 100)} ${round(100 - (value / top) * 100)}`;
}

function round(n: number): number {
  return Math.round(n * 100) / 100;
}
