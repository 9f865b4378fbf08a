// A scripted engine for the gallery, for development in a browser and for tests. It answers commands as the engine
// does, as far as the windows can tell; it is not part of the build.

import type { AlarmView, AuditEntry, Commands, DeviceView, Failure, Identity, KeyView, Leftover, Measured, NearbyView, SelfCheckResult, SettingsView, TransferView, Update, WatchedView } from "./api";
import { fakeDetails, type ToldDetails } from "./fakeDetails";
import { fakeKey } from "./fakeKey";
import { fakePairing } from "./fakePairing";
import { fakeTrust } from "./fakeTrust";
import { fakeWatched } from "./fakeWatched";
import { FakeTransfers, NO_VERIFICATION } from "./fakeTransfers";
import type { Language } from "../words/locale";
import type { DropHandlers, Host, Point, ShellEvent, StartProblem, Unsubscribe } from "./host";

export interface Scene {
  transfers: readonly TransferView[];
  devices: readonly DeviceView[];
  identity: Identity | null;
  /** What a person has set; what the engine begins with, if missing. */
  settings?: SettingsView;
  watched?: readonly WatchedView[];
  leftovers?: readonly Leftover[];
  nearby?: NearbyView;
  alarms?: readonly AlarmView[];
  audit?: readonly AuditEntry[];
  /** What it says of its key, where that is not a file that could be in the keyring. */
  key?: Partial<KeyView>;
  /** What it says about opened rows, where that is not made up. */
  details?: ToldDetails;
  /** What the self-test finds. */
  tested?: readonly SelfCheckResult[];
  /** What a selection holds. */
  measured?: Measured;
  /** Where the chooser of a file to write points. */
  saveAs?: string | null;
  /** Bytes move, in one batch each time, as often as the engine tells of it. */
  moving?: boolean;
  /** What the choosers answer. */
  files?: readonly string[];
  folders?: readonly string[];
  folder?: string | null;
  /** Files on the clipboard. */
  clipboard?: readonly string[];
  /** Paths that the program was started with. */
  pending?: readonly string[];
  /** What else the shell had to tell before the window was there. */
  waiting?: readonly ShellEvent[];
  /** The system keeps no entry for its start. */
  noAutostart?: boolean;
  /** The usual port, taken by another program. */
  otherPort?: number;
  /** Why the start has failed. */
  problem?: StartProblem;
  /** What becomes of the way out of it. */
  answerFails?: Failure;
  /** What becomes of a drag out of the window. */
  dragFails?: Failure;
  /** Commands that fail. */
  fails?: Partial<Record<keyof Commands, Failure>>;
}

export interface FakeHost extends Host {
  /** What was asked, in order: commands and the host's own. */
  readonly asked: readonly { name: string; args: unknown }[];
  /** The same of what an opened row asks by itself, again and again. */
  readonly looks: readonly { name: string; args: unknown }[];
  /** What the windows have said that they speak. */
  readonly spoken: readonly Language[];
  /** The choosers that were opened: their title, and what they proposed. */
  readonly choosers: readonly string[][];
  push(update: Partial<Update>): void;
  shell(event: ShellEvent): void;
  dragOver(at: Point): void;
  dragLeave(): void;
  drop(paths: string[], at: Point): void;
  /** Whatever is dragged out is dropped. */
  endDragOut(): void;
  askToQuit(active: number): void;
}

const LOOKS: ReadonlySet<string> = new Set(["watched_folders", "key", "details", "entries", "measure", "self_test", "receipt"] satisfies (keyof Commands)[]);
const STEP_MS = 125;
const TEN_MINUTES = 10 * 60_000;

export const FIRST_SETTINGS: SettingsView = {
  conflict: "rename",
  inbox_quota: null,
  outbox_hours: null,
  outbox_order: "together",
  send_limit: null,
  receive_limit: null,
  visibility: "my_devices",
  visible_until_ms: null,
  introduced: false,
};

export function fakeHost(scene: Scene): FakeHost {
  const asked: { name: string; args: unknown }[] = [];
  const looks: { name: string; args: unknown }[] = [];
  const spoken: Language[] = [];
  const choosers: string[][] = [];
  const listeners = new Set<(update: Update) => void>();
  const shells = new Set<(event: ShellEvent) => void>();
  const quitters = new Set<(active: number) => void>();
  const drops = new Set<DropHandlers>();
  const drags: (() => void)[] = [];
  const engine = new FakeTransfers(scene.transfers);
  let devices = [...scene.devices];
  let identity = scene.identity;
  let settings = scene.settings ?? FIRST_SETTINGS;
  let autostart = false;
  let leftovers = [...(scene.leftovers ?? [])];
  const chosen = [...(scene.pending ?? [])];
  let pending: ShellEvent[] = [...(chosen.length === 0 ? [] : [{ kind: "paths" as const, paths: chosen }]), ...(scene.waiting ?? [])];

  const trust = fakeTrust(scene, decided, (alarms) => push({ alarms }));
  const pairing = fakePairing((view) => push({ pairing: view }));

  const push = (update: Partial<Update>) => {
    engine.take(update);
    if (update.pairing) pairing.take(update.pairing);
    const whole: Update = { ...NO_CHANGE, ...update, totals: engine.totals() };
    for (const listener of listeners) listener(whole);
  };
  const chose = <T>(answer: T, ...shown: string[]): T => {
    choosers.push(shown);
    return answer;
  };
  const note = async (name: string, args: unknown): Promise<void> => {
    (LOOKS.has(name) ? looks : asked).push({ name, args });
  };
  function decided(id: string, change: Partial<DeviceView> | ((old: DeviceView) => DeviceView)): DeviceView {
    const changedOf = (device: DeviceView) => (typeof change === "function" ? change(device) : { ...device, ...change });
    devices = devices.map((device) => (device.device_id === id ? changedOf(device) : device));
    push({ devices });
    const found = devices.find((device) => device.device_id === id);
    const failure: Failure = { code: "not_found", message: "there is no such device", detail: id };
    if (found === undefined) throw failure;
    return found;
  }

  const commands: { [N in keyof Commands]: (args: Commands[N][0]) => Commands[N][1] } = {
    identity: () => known(identity),
    transfers: () => engine.all(),
    transfer: ({ id }) => {
      const found = engine.all().find((transfer) => transfer.id === id);
      const failure: Failure = { code: "not_found", message: "there is no such transfer", detail: id };
      if (found === undefined) throw failure;
      return found;
    },
    ...fakeKey(identity?.device_id ?? "", scene.key),
    devices: () => devices,
    send: (request) => {
      const { made, answer } = engine.sent(request, devices);
      push({ transfers: made });
      return answer;
    },
    accept: ({ id, into }) => changed(id, { state: "active", folder: into ?? identity?.inbox_folder ?? null }),
    decline: ({ id }) => changed(id, { state: "cancelled", reason: null, finished_ms: Date.now() }),
    pause: ({ id }) => changed(id, { state: "paused", reason: "paused_here", rate: 0 }),
    resume: ({ id }) => changed(id, { state: "active", reason: null }),
    cancel: ({ id }) => changed(id, { state: "cancelled", reason: null, rate: 0, finished_ms: Date.now() }),
    remove: ({ id }) => nothing(() => push({ removed: [id] })),
    retry: ({ id }) => nothing(() => push({ transfers: [engine.retried(id)] })),
    decide_changed: ({ id }) => changed(id, { state: "active", reason: null, failure: null, changed: null }),
    verify: ({ id }) => changed(id, { verification: { ...NO_VERIFICATION, bytes: engine.changed(id, {}).bytes } }),
    leftovers: () => leftovers,
    remove_leftover: ({ path }) =>
      nothing(() => {
        const gone = leftovers.find((leftover) => leftover.path === path);
        leftovers = leftovers.filter((leftover) => leftover !== gone);
        if (typeof gone?.transfer === "string") push({ transfers: [engine.changed(gone.transfer, { kept_bytes: 0 })] });
      }),
    set_priority: ({ id, priority }) => changed(id, { priority }),
    set_limit: ({ id, limit }) => changed(id, { limit: orNone(limit, null) }),
    pause_all: () => nothing(() => push({ transfers: engine.pauseAll() })),
    resume_all: () => nothing(() => push({ transfers: engine.resumeAll() })),
    trust: ({ device, role, name }) => decided(device, { role, known: true, ...(name === undefined ? {} : { name }) }),
    limit_device: ({ device, send, receive }) => {
      const old = devices.find(({ device_id }) => device_id === device);
      return decided(device, {
        send_limit: orNone(send, old?.send_limit ?? null),
        receive_limit: orNone(receive, old?.receive_limit ?? null),
      });
    },
    block: ({ device }) => decided(device, { role: "blocked", known: true }),
    forget: ({ device }) =>
      nothing(() => {
        devices = devices.filter((other) => other.device_id !== device);
        push({ devices });
      }),
    settings: () => settings,
    change_settings: ({ name, inbox_folder, inbox_quota, outbox_hours, send_limit, receive_limit, visibility, ...change }) => {
      const old = known(identity);
      identity = { ...old, name: name ?? old.name, inbox_folder: inbox_folder ?? old.inbox_folder };
      settings = {
        ...settings,
        ...change,
        inbox_quota: orNone(inbox_quota, settings.inbox_quota),
        outbox_hours: orNone(outbox_hours, settings.outbox_hours),
        send_limit: orNone(send_limit, settings.send_limit),
        receive_limit: orNone(receive_limit, settings.receive_limit),
        ...(visibility === undefined ? {} : { visibility, visible_until_ms: visibility === "everyone" ? Date.now() + TEN_MINUTES : null }),
      };
      push({ identity, settings });
      return identity;
    },
    measure: ({ paths }) => scene.measured ?? { files: paths.length, folders: 0, bytes: paths.length * 48_000_000, complete: true, unreadable: [], unreadable_count: 0 },
    self_test: ({ inbox_folder }) => [...(scene.tested ?? fine(known(identity), inbox_folder))],
    ...fakeDetails((id) => engine.changed(id, {}), scene.details),
    ...pairing.commands,
    ...trust.commands,
    ...fakeWatched(scene.watched ?? [], () => devices),
  };
  function changed(id: string, change: Partial<TransferView>) {
    return nothing(() => push({ transfers: [engine.changed(id, change)] }));
  }

  return {
    asked,
    looks,
    spoken,
    choosers,
    push,
    shell: (event) => shells.forEach((tell) => tell(event)),
    dragOver: (at) => drops.forEach((handlers) => handlers.over(at)),
    dragLeave: () => drops.forEach((handlers) => handlers.leave()),
    drop: (paths, at) => drops.forEach((handlers) => handlers.drop(paths, at)),
    endDragOut: () => drags.splice(0).forEach((ended) => ended()),
    askToQuit: (active) => quitters.forEach((ask) => ask(active)),
    call: async (name, args) => {
      await note(name, args);
      const failure = scene.fails?.[name];
      if (failure !== undefined) throw failure;
      return commands[name](args);
    },
    subscribe: (onUpdate) => {
      listeners.add(onUpdate);
      onUpdate({ transfers: engine.all(), removed: [], devices, identity, settings, pairing: null, nearby: scene.nearby ?? null, alarms: trust.open(), totals: engine.totals() });
      const timer = scene.moving && listeners.size === 1 ? setInterval(() => push({ transfers: engine.step(STEP_MS) }), STEP_MS) : undefined;
      return () => {
        clearInterval(timer);
        listeners.delete(onUpdate);
      };
    },
    onShell: (onEvent) => joined(shells, onEvent),
    onDrop: (handlers) => joined(drops, handlers),
    takePending: async () => {
      const taken = pending;
      pending = [];
      return taken;
    },
    chooseFiles: async (title) => chose([...(scene.files ?? [])], title),
    chooseFile: async (title) => chose(scene.files?.[0] ?? null, title),
    chooseFolders: async (title) => chose([...(scene.folders ?? [])], title),
    chooseFolder: async (title) => chose(scene.folder ?? null, title),
    chooseSavePath: async (title, name, types) => chose(scene.saveAs ?? null, title, name, ...types.map((type) => `${type.name} (${type.ending})`)),
    openPath: (path) => note("open_path", path),
    showInFolder: (path) => note("show_in_folder", path),
    dragOut: async (transfer, file) => {
      const ended = new Promise<void>((end) => drags.push(end));
      await note("drag_out", { transfer, file });
      if (scene.dragFails !== undefined) throw scene.dragFails;
      await ended;
    },
    clipboardFiles: async () => [...(scene.clipboard ?? [])],
    copyText: (text) => note("copy_text", text),
    showInbox: () => note("show_inbox", null),
    showDevices: () => note("show_devices", null),
    speak: async (language) => void spoken.push(language),
    otherPort: async () => scene.otherPort ?? null,
    startProblem: async () => scene.problem ?? null,
    answerProblem: async (way) => {
      await note("answer_problem", way);
      if (scene.answerFails !== undefined) throw scene.answerFails;
    },
    autostart: async () => autostart,
    setAutostart: async (on) => {
      await note("set_autostart", { on });
      const failure: Failure = { code: "disk_unwritable", message: "the scene refuses it", detail: null };
      if (scene.noAutostart === true) throw failure;
      autostart = on;
      return autostart;
    },
    onQuitAsked: (onAsked) => joined(quitters, onAsked),
    requestQuit: () => note("ask_to_quit", null),
    about: async () => ({ version: "0.1.0", license: "MIT" }),
    quit: (now) => note("quit", { now }),
  };
}

const NO_CHANGE = { transfers: [], removed: [], devices: null, identity: null, settings: null, pairing: null, nearby: null };

/** Everything works. */
function fine({ listen, inbox_folder }: Identity, folder = inbox_folder): SelfCheckResult[] {
  const about = { port: listen, udp: null, discovery: null, disk: folder };
  return (["port", "udp", "discovery", "disk"] as const).map((check) => ({ check, about: about[check], failure: null }));
}

/** 0 takes a limit away. */
function orNone(wanted: number | undefined, old: number | null): number | null {
  return wanted === undefined ? old : wanted === 0 ? null : wanted;
}

function joined<T>(set: Set<T>, member: T): Unsubscribe {
  set.add(member);
  return () => {
    set.delete(member);
  };
}

function nothing(act: () => void): Record<string, never> {
  act();
  return {};
}

function known(identity: Identity | null): Identity {
  const failure: Failure = { code: "internal", message: "the scene has no identity", detail: null };
  if (identity === null) throw failure;
  return identity;
}
