import { memo, useId, useRef } from "react";
import { count, percentText } from "../../../format/numbers";
import type { ChunkMapView, Direction } from "../../../host/api";
import { words } from "../../../words";
import styles from "./ChunkMap.module.css";
import { useDrawnMap } from "./useDrawnMap";

/** Shapes of the legend, in the letters of the map. */
const LEGEND = ["r", "p", "f", "."] as const;

/** Which chunks are there, as a picture; the same in numbers above it. It is drawn when it was asked for. */
export const ChunkMap = memo(function ChunkMap({ chunks, direction }: { chunks: ChunkMapView; direction: Direction }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const legend = useRef<HTMLUListElement>(null);
  const says = useId();
  useDrawnMap(canvas, legend, chunks.map);
  const { chunkMap } = words.activity;
  if (chunks.count === 0) return null;
  const parts = [
    chunkMap.there(count(chunks.durable), count(chunks.count), percentText(chunks.durable, chunks.count)),
    ...(chunks.in_flight > 0 ? [chunkMap.flying(count(chunks.in_flight))] : []),
    ...(chunks.recovered > 0 ? [chunkMap.recovered(count(chunks.recovered))] : []),
  ];
  return (
    <figure className={styles.figure} data-tone={direction} data-testid="chunk-map" data-map={chunks.map}>
      <figcaption className={styles.caption}>
        <span className={styles.title}>{chunkMap.title}</span>
        <span id={says} data-testid="chunk-map-says">
          {words.facts(parts)}
        </span>
      </figcaption>
      <canvas ref={canvas} className={styles.canvas} role="img" aria-labelledby={says} />
      <ul ref={legend} className={styles.legend} aria-label={chunkMap.legendLabel}>
        {LEGEND.map((letter) => (
          <li key={letter} className={styles.entry}>
            <span className={styles.swatch} data-letter={letter} aria-hidden="true" />
            {chunkMap.legend[letter]}
          </li>
        ))}
      </ul>
    </figure>
  );
});
