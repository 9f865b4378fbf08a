// Draws a map of chunks: a square for each cell, filled from below by what is there.

import { useEffect, useState, type RefObject } from "react";
import { useMedia } from "../../../state/media";
import { usePreferences } from "../../../state/preferences";
import { layoutOf, shareOf } from "./layout";

const GAP = 1;

export function useDrawnMap(canvas: RefObject<HTMLCanvasElement | null>, legend: RefObject<HTMLElement | null>, map: string): void {
  const width = useWidth(canvas);
  const dark = useMedia("(prefers-color-scheme: dark)");
  const contrast = useMedia("(prefers-contrast: more)");
  const forced = useMedia("(forced-colors: active)");
  const theme = usePreferences((preferences) => preferences.theme);
  useEffect(() => {
    const target = canvas.current;
    const colours = coloursOf(legend.current);
    if (target !== null && colours !== null && width > 0) draw(target, map, width, colours);
    // The theme decides how the swatches look.
    // eslint-disable-next-line react/exhaustive-effect-dependencies
  }, [canvas, legend, map, width, dark, contrast, forced, theme]);
}

type Colours = Readonly<Record<"r" | "p" | "f" | ".", string>>;

/** The swatches of the legend have the colours of the theme that is in use. */
function coloursOf(legend: HTMLElement | null): Colours | null {
  const of = (letter: string) => {
    const swatch = legend?.querySelector(`[data-letter="${letter}"]`);
    return swatch === null || swatch === undefined ? "" : getComputedStyle(swatch).backgroundColor;
  };
  return legend === null ? null : { r: of("r"), p: of("p"), f: of("f"), ".": of(".") };
}

function draw(canvas: HTMLCanvasElement, map: string, width: number, colours: Colours): void {
  const { columns, pitch, height } = layoutOf(map.length, width);
  canvas.width = Math.round(width * devicePixelRatio);
  canvas.height = Math.round(height * devicePixelRatio);
  canvas.style.height = `${height}px`;
  const brush = canvas.getContext("2d");
  if (brush === null || columns === 0) return;
  brush.scale(devicePixelRatio, devicePixelRatio);
  const side = pitch - GAP;
  for (let index = 0; index < map.length; index += 1) {
    const letter = map[index] ?? ".";
    const share = shareOf(letter);
    if (share === null) continue;
    const x = (index % columns) * pitch;
    const y = Math.floor(index / columns) * pitch;
    brush.fillStyle = colours["."];
    brush.fillRect(x, y, side, side);
    // Told apart by their shapes too: on its way is half, rebuilt has a hole.
    const part = letter === "f" ? 0.5 : share;
    brush.fillStyle = colours[letter === "f" || letter === "p" ? letter : "r"];
    brush.fillRect(x, y + side * (1 - part), side, side * part);
    if (letter === "p") {
      brush.fillStyle = colours["."];
      brush.fillRect(x + side * 0.35, y + side * 0.35, side * 0.3, side * 0.3);
    }
  }
}

function useWidth(element: RefObject<HTMLElement | null>): number {
  const [width, setWidth] = useState(0);
  useEffect(() => {
    const target = element.current;
    if (target === null) return undefined;
    const look = () => setWidth(target.clientWidth);
    look();
    const observer = new ResizeObserver(look);
    observer.observe(target);
    return () => observer.disconnect();
  }, [element]);
  return width;
}
