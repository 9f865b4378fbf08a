// The transfers of the scripted engine: made, moved on by time, summed up.

import { canPause, canResume, isOffer, isStuckHere } from "../transfer/kinds";
import { baseName } from "../transfer/describe";
import type { DeviceView, Failure, SendRequest, Sent, Stats, Totals, TransferView, Update, Verification } from "./api";

export const NO_STATS: Stats = {
  wire_bytes_sent: 0,
  wire_bytes_received: 0,
  packets_lost: 0,
  chunks_sent: 0,
  chunks_resent: 0,
  chunks_rebuilt: 0,
  parity_bytes: 0,
  parity_datagrams: 0,
  streams_cancelled: 0,
  rtt_ms: 0,
};

export const NO_VERIFICATION: Verification = {
  running: true,
  checked_bytes: 0,
  bytes: 0,
  sound: 0,
  changed: [],
  changed_count: 0,
  missing: [],
  missing_count: 0,
  finished_ms: null,
};

const MADE_BYTES = 48_000_000;
const MADE_RATE = 12_000_000;

export class FakeTransfers {
  private readonly kept = new Map<string, TransferView>();
  private next = 1;

  constructor(transfers: readonly TransferView[]) {
    for (const transfer of transfers) this.kept.set(transfer.id, transfer);
  }

  all(): TransferView[] {
    return [...this.kept.values()];
  }

  /** Whatever is pushed is what the engine has. */
  take({ transfers, removed }: Partial<Update>): void {
    for (const transfer of transfers ?? []) this.kept.set(transfer.id, transfer);
    for (const id of removed ?? []) this.kept.delete(id);
  }

  changed(id: string, change: Partial<TransferView>): TransferView {
    const old = this.kept.get(id);
    const failure: Failure = { code: "not_found", message: `no transfer ${id}`, detail: id };
    if (old === undefined) throw failure;
    return { ...old, ...change };
  }

  /** The sender offers it again, the receiver waits for that. */
  retried(id: string): TransferView {
    const { direction, folder } = this.changed(id, {});
    const begun = { failure: null, kept_bytes: 0, finished_ms: null } as const;
    if (direction === "sending") return this.changed(id, { ...begun, state: "preparing", reason: "waiting_for_answer" });
    return this.changed(id, { ...begun, state: folder === null ? "created" : "preparing", reason: "reconnecting" });
  }

  made({ paths, priority }: SendRequest, device: DeviceView | undefined, target: string): TransferView {
    const first = baseName(paths[0] ?? "");
    const device_id = device?.device_id ?? target.split("@")[0] ?? target;
    const id = (this.next++).toString(16).padStart(32, "0");
    return {
      id,
      direction: "sending",
      peer: {
        device_id,
        name: device?.name ?? device_id.slice(0, 7),
        role: device?.role ?? "ask",
        known: device?.known ?? true,
      },
      limit: null,
      limited_by: null,
      title: paths.length === 1 ? first : `${first} and ${paths.length - 1} more`,
      state: "preparing",
      reason: device?.online === false ? "waiting_for_device" : "waiting_for_answer",
      priority,
      files: paths.length,
      bytes: MADE_BYTES * paths.length,
      scan_complete: true,
      durable_bytes: 0,
      files_done: 0,
      rate: 0,
      seconds_left: null,
      folder: null,
      roots: paths.map((path) => ({ name: baseName(path), path, kind: "file" })),
      root_count: paths.length,
      preview: [],
      preflight: null,
      changed: null,
      kept_bytes: 0,
      deadline_ms: null,
      verification: null,
      failure: null,
      root: null,
      stats: NO_STATS,
      created_ms: Date.now(),
      finished_ms: null,
    };
  }

  /** One for each target, or the unfinished one that has the same paths and the same device. */
  sent(request: SendRequest, devices: readonly DeviceView[]): { made: TransferView[]; answer: Sent } {
    const made: TransferView[] = [];
    const answer: Sent = { transfers: [], taken_up: [] };
    for (const target of request.targets) {
      const device = devices.find(({ device_id }) => device_id === target);
      const old = request.again === "new" ? undefined : this.unfinished(request.paths, target);
      const one = old ?? this.made(request, device, target);
      if (old === undefined) made.push(one);
      else answer.taken_up.push(old.id);
      answer.transfers.push(one.id);
    }
    return { made, answer };
  }

  private unfinished(paths: readonly string[], device: string): TransferView | undefined {
    return this.all().find(
      ({ direction, state, roots, root_count, peer }) =>
        direction === "sending" &&
        state !== "completed" &&
        peer.device_id === device &&
        root_count === paths.length &&
        paths.every((path) => roots.some((root) => root.path === path)),
    );
  }

  pauseAll(): TransferView[] {
    return this.all()
      .filter(canPause)
      .map((transfer) => ({ ...transfer, state: "paused", reason: "paused_here", rate: 0 }));
  }

  resumeAll(): TransferView[] {
    return this.all()
      .filter(canResume)
      .map((transfer) => ({ ...transfer, state: "active", reason: null }));
  }

  /** What moves has moved on by `ms`. */
  step(ms: number): TransferView[] {
    return [...this.moved(ms), ...this.checked(ms)];
  }

  private checked(ms: number): TransferView[] {
    return this.all().flatMap((transfer) => {
      const { verification, files } = transfer;
      if (verification?.running !== true) return [];
      const checked_bytes = Math.min(verification.bytes, verification.checked_bytes + (MADE_RATE * ms) / 100);
      const done = checked_bytes === verification.bytes;
      const next: Verification = { ...verification, checked_bytes, sound: Math.floor((files * checked_bytes) / verification.bytes) };
      return [{ ...transfer, verification: done ? { ...next, running: false, finished_ms: Date.now() } : next }];
    });
  }

  private moved(ms: number): TransferView[] {
    return this.all()
      .filter(({ state, reason }) => state === "active" && reason === null)
      .map((transfer) => {
        const rate = transfer.rate === 0 ? MADE_RATE : transfer.rate;
        const durable_bytes = Math.min(transfer.bytes, transfer.durable_bytes + (rate * ms) / 1000);
        const left = transfer.bytes - durable_bytes;
        if (left > 0) return { ...transfer, rate, durable_bytes, seconds_left: Math.ceil(left / rate) };
        return { ...transfer, durable_bytes, rate: 0, seconds_left: null, state: "completed", finished_ms: Date.now() };
      });
  }

  totals(): Totals {
    const all = this.all();
    const moving = all.filter(({ state, reason }) => (state === "active" && reason === null) || state === "completing");
    const sum = (direction: TransferView["direction"]) =>
      moving.filter((transfer) => transfer.direction === direction).reduce((total, { rate }) => total + rate, 0);
    return {
      down_rate: sum("receiving"),
      up_rate: sum("sending"),
      active: moving.length,
      queued: all.filter((transfer) => transfer.reason !== null && canPause(transfer)).length,
      needs_you: all.filter((transfer) => isOffer(transfer) || isStuckHere(transfer)).length,
    };
  }
}
