// The windows besides their screens: the first run, the list of keys, an opened row with its chart.

import type { Scene } from "../host/fake";
import { useStories, type Sample, type Turn } from "../state/samples";
import { useShortcutList } from "../state/shortcuts";
import { MB, NOON, transfer } from "./make";
import { empty, underWay } from "./scenes";
import type { Stage } from "./stages";
import { nearby } from "./trust";

/** A link that rises, loses packets for a while, and comes back. */
function samples(most: number): Sample[] {
  return Array.from({ length: 400 }, (_, n) => {
    const rise = Math.min(1, n / 60);
    const wave = 0.82 + 0.12 * Math.sin(n / 9) + 0.06 * Math.sin(n / 2.3);
    const trouble = n > 220 && n < 262;
    return { at: NOON + n * 250, rate: trouble ? most * 0.2 * wave : most * rise * wave, rtt: (trouble ? 96 : 34) + 6 * Math.sin(n / 5), lost: trouble ? 180 + 40 * Math.sin(n) : n % 37 === 0 ? 12 : 0 };
  });
}

const turns: readonly Turn[] = [
  { at: NOON, state: "preparing", reason: "waiting_for_answer" },
  { at: NOON + 9_000, state: "active", reason: null },
  { at: NOON + 55_000, state: "active", reason: "reconnecting" },
  { at: NOON + 63_000, state: "active", reason: null },
];

function press(testId: string, at = 0): void {
  const found = document.querySelectorAll<HTMLElement>(`[data-testid="${testId}"]`)[at];
  if (found === undefined) requestAnimationFrame(() => press(testId, at));
  else found.click();
}

const two = underWay.slice(0, 2).map((one) => ({ ...one, created_ms: NOON - 60_000 }));
const moving: Scene = { ...empty, transfers: two };

/** Presses the buttons one after the other, each once the one before has done its work. */
function pressEach(...testIds: string[]): void {
  const [first, ...rest] = testIds;
  if (first === undefined) return;
  const found = document.querySelector<HTMLElement>(`[data-testid="${first}"]`);
  if (found !== null) found.click();
  requestAnimationFrame(() => requestAnimationFrame(() => pressEach(...(found === null ? testIds : rest))));
}

export const fifty: Scene = {
  ...empty,
  transfers: Array.from({ length: 50 }, (_, n) => transfer({ title: `reel ${n + 1}`, rate: 2 * MB, direction: n % 2 === 0 ? "sending" : "receiving", durable_bytes: n * 10 * MB })),
};

export const windowStages = {
  "first-name": { window: "main", screen: "send", scene: { ...empty, nearby } },
  "first-seen": { window: "main", screen: "send", scene: { ...empty, nearby }, before: () => pressEach("first-next") },
  "first-place": { window: "main", screen: "send", scene: { ...empty, nearby }, before: () => pressEach("first-next", "first-next") },
  "activity-chart": {
    window: "main",
    screen: "activity",
    scene: moving,
    before: () => {
      const [up, down] = two as [(typeof two)[number], (typeof two)[number]];
      const of = new Map([
        [up.id, { samples: samples(118 * MB), turns, lost: 0 }],
        [down.id, { samples: samples(24 * MB), turns: turns.slice(0, 2), lost: 0 }],
      ]);
      useStories.setState({ of });
      press("details-button", 0);
      press("details-button", 1);
    },
  },
  "activity-fifty": { window: "main", screen: "activity", scene: fifty },
  keys: { window: "main", screen: "activity", scene: moving, before: () => useShortcutList.setState({ shown: true }) },
} satisfies Record<string, Stage>;
