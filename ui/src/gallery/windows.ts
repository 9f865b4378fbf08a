// The windows besides their screens: the first run, the list of keys, an opened row with its chart.

import { FIRST_SETTINGS, type Scene } from "../host/fake";
import type { Code, Failure, SelfCheckResult, TurnView } from "../host/api";
import { useStories, type Sample } from "../state/samples";
import { useShortcutList } from "../state/shortcuts";
import { MB, NOON, studio, transfer } from "./make";
import { busy, chosen, empty, inbox, underWay } from "./scenes";
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

const turn = (seconds: number, state: TurnView["state"], reason: TurnView["reason"] = null, about: string | null = null): TurnView => ({
  at_ms: NOON + seconds * 1000,
  state,
  reason,
  about,
});
const turns: TurnView[] = [
  turn(-60, "created"),
  turn(0, "preparing", "waiting_for_answer"),
  turn(9, "active"),
  turn(30, "paused", "disk_full", "/mnt/stick/Inbox"),
  turn(48, "active"),
  turn(55, "active", "reconnecting"),
  turn(63, "active"),
];

function press(testId: string, at = 0): void {
  const found = document.querySelectorAll<HTMLElement>(`[data-testid="${testId}"]`)[at];
  if (found === undefined) requestAnimationFrame(() => press(testId, at));
  else found.click();
}

/** A start that fails, in a folder whose name is long. */
function startProblem(code: Code, message: string, detail: string | null = null): Scene {
  return { ...empty, problem: { failure: { code, message, detail }, folder: "/home/ada/.local/share/chunkstream", language: "en" } };
}

const two = underWay.slice(0, 2).map((one) => ({ ...one, created_ms: NOON - 60_000 }));
const losses = { packets_lost: 2140, chunks_resent: 12, parity_bytes: 18.4 * MB, chunks_rebuilt: 9, rtt_ms: 36 };
const moving: Scene = {
  ...empty,
  transfers: two.map((one) => ({ ...one, stats: { ...one.stats, ...losses } })),
  details: Object.fromEntries(two.map(({ id }) => [id, { turns }])),
};

const failing = (code: Code, about: string | null = null) => ({ about, failure: { code, message: `${code} for the log`, detail: about } });
const faults: readonly SelfCheckResult[] = [
  { check: "port", about: "0.0.0.0:24880", failure: null },
  { check: "udp", ...failing("udp_blocked") },
  { check: "discovery", ...failing("discovery_failed") },
  { check: "disk", ...failing("disk_unwritable", "/mnt/stick/Inbox") },
];
const over = { ...FIRST_SETTINGS, introduced: true };
const counting = { files: 88_214, folders: 6120, bytes: 61e9, complete: false, unreadable: ["/home/ada/Pictures/.private", "/home/ada/Pictures/lock"], unreadable_count: 2 };

/** Presses the buttons one after the other, each once the one before has done its work. */
function pressEach(...testIds: string[]): void {
  const [first, ...rest] = testIds;
  if (first === undefined) return;
  const found = document.querySelector<HTMLElement>(`[data-testid="${first}"]`);
  if (found !== null) found.click();
  requestAnimationFrame(() => requestAnimationFrame(() => pressEach(...(found === null ? testIds : rest))));
}

/** Rolls the first control of that test id into sight. */
function show(testId: string): void {
  const found = document.querySelector(`[data-testid="${testId}"]`);
  if (found === null) requestAnimationFrame(() => show(testId));
  else found.scrollIntoView({ block: "center" });
}

const keyed: Scene = { ...busy, saveAs: "/run/media/ada/STICK/chunkstream-device-key.txt", files: ["/run/media/ada/STICK/chunkstream-device-key.txt"] };
const keyringClosed: Failure = { code: "key_unavailable", message: "for the log", detail: null };
const wrongPassphrase: Failure = { code: "wrong_passphrase", message: "for the log", detail: null };

/** Writes into a field as a person does. */
function write(testId: string, text: string): void {
  const field = document.querySelector<HTMLInputElement>(`[data-testid="${testId}"]`);
  if (field === null) return;
  // React looks for a change past its own setter.
  Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value")?.set?.call(field, text);
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

function refused(): void {
  pressEach("import-key", "import-file", "import-agreed");
  const rest = () => {
    write("import-passphrase", "not the one");
    const yes = document.querySelector<HTMLButtonElement>('[data-testid="import-yes"]');
    if (yes === null || yes.disabled) requestAnimationFrame(rest);
    else yes.click();
  };
  rest();
}

export const fifty: Scene = {
  ...empty,
  transfers: Array.from({ length: 50 }, (_, n) => transfer({ title: `reel ${n + 1}`, rate: 2 * MB, direction: n % 2 === 0 ? "sending" : "receiving", seconds_left: 60 + ((n * 173) % 5000), durable_bytes: (((n * 37) % 97) + 1) * 410 * MB })),
};

export const windowStages = {
  "first-name": { window: "main", screen: "send", scene: { ...empty, nearby } },
  "first-seen": { window: "main", screen: "send", scene: { ...empty, nearby }, before: () => pressEach("first-next") },
  "first-place": { window: "main", screen: "send", scene: { ...empty, nearby }, before: () => pressEach("first-next", "first-next") },
  "first-faults": { window: "main", screen: "send", scene: { ...empty, nearby, tested: faults }, before: () => pressEach("first-next", "first-next") },
  "send-counting": { window: "main", screen: "send", scene: { ...chosen, measured: counting }, before: () => press("unreadable-toggle") },
  "problem-network": { window: "main", screen: "send", scene: { ...busy, settings: over, tested: [{ check: "udp", ...failing("no_network") }] } },
  "problem-port": { window: "main", screen: "activity", scene: { ...busy, settings: over, tested: [{ check: "udp", ...failing("udp_blocked") }] } },
  "problem-folder": { window: "main", screen: "send", scene: { ...busy, settings: over, tested: [{ check: "disk", ...failing("disk_unwritable", "/mnt/stick/Inbox") }] } },
  "problem-disk": { window: "main", screen: "activity", scene: { ...busy, settings: over, tested: [{ check: "disk", ...failing("disk_full", "/mnt/stick/Inbox") }] } },
  "problem-other-port": { window: "main", screen: "settings", scene: { ...busy, settings: over, otherPort: 24_880 } },
  "start-newer": { window: "problem", scene: startProblem("database_newer", "it has version 12, this program knows 9") },
  "start-damaged": { window: "problem", scene: { ...startProblem("database_damaged", "file is not a database"), answerFails: { code: "database", message: "for the log", detail: null } }, before: () => press("way-set_aside") },
  "start-port": { window: "problem", scene: startProblem("listen_failed", "the address cannot be listened on: address already in use", "0.0.0.0:24880") },
  "start-running": { window: "problem", scene: startProblem("already_running", "another program works on this data folder", "chunkstream, process 4711") },
  "settings-faults": { window: "main", screen: "settings", scene: { ...busy, tested: faults } },
  "settings-key": { window: "main", screen: "settings", scene: { ...busy, key: { place: "keyring" } }, before: () => show("export-key") },
  "settings-key-taken": {
    window: "main",
    screen: "settings",
    scene: { ...busy, key: { keyring_problem: "it is locked", restart_needed: true, device_id: studio.device_id } },
    before: () => show("export-key"),
  },
  "settings-key-lost": { window: "main", screen: "settings", scene: { ...busy, fails: { key: keyringClosed } }, before: () => show("import-key") },
  "key-export": { window: "main", screen: "settings", scene: keyed, before: () => pressEach("export-key", "export-file") },
  "key-rotate": { window: "main", screen: "settings", scene: keyed, before: () => press("rotate-key") },
  "key-refused": { window: "main", screen: "settings", scene: { ...keyed, fails: { import_key: wrongPassphrase } }, before: refused },
  "activity-chart": {
    window: "main",
    screen: "activity",
    scene: moving,
    before: () => {
      const [up, down] = two as [(typeof two)[number], (typeof two)[number]];
      const of = new Map([
        [up.id, { samples: samples(118 * MB), lost: 0 }],
        [down.id, { samples: samples(24 * MB), lost: 0 }],
      ]);
      useStories.setState({ of });
      press("details-button", 0);
      press("details-button", 1);
    },
  },
  "activity-files": {
    window: "main",
    screen: "activity",
    scene: moving,
    before: () => pressEach("details-button", "files-toggle"),
  },
  "activity-fifty": { window: "main", screen: "activity", scene: fifty },
  keys: { window: "main", screen: "activity", scene: moving, before: () => useShortcutList.setState({ shown: true }) },
  "inbox-keys": { window: "inbox", scene: inbox, before: () => useShortcutList.setState({ shown: true }) },
} satisfies Record<string, Stage>;
