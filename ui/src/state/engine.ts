// What the engine pushes. Written by `apply` only; read by selectors, one row each.

import { create } from "zustand";
import type { AlarmView, DeviceView, Identity, NearbyView, PairingView, SettingsView, Totals, TransferView, Update } from "../host/api";
import { isFinal } from "../transfer/kinds";
import { newestFirst } from "../transfer/order";

export interface EngineState {
  /** Whether the snapshot has come. */
  ready: boolean;
  transfers: Readonly<Record<string, TransferView>>;
  /** Those that have ended, the newest first: the same list until one of them changes. */
  finished: readonly TransferView[];
  devices: readonly DeviceView[];
  identity: Identity | null;
  settings: SettingsView | null;
  /** The pairing that is under way, or was last. */
  pairing: PairingView | null;
  /** What is in the local network; null until the engine has said. */
  nearby: NearbyView | null;
  /** Alarms that nobody has acknowledged. */
  alarms: readonly AlarmView[];
  /** Whether the engine keeps rules, alarms and a log: it speaks of alarms then, if only to say that there are none. */
  trusts: boolean;
  totals: Totals;
  apply(update: Update): void;
}

const NO_TOTALS: Totals = { down_rate: 0, up_rate: 0, active: 0, queued: 0, needs_you: 0 };

export const useEngine = create<EngineState>((set) => ({
  ready: false,
  transfers: {},
  finished: [],
  devices: [],
  identity: null,
  settings: null,
  pairing: null,
  nearby: null,
  alarms: [],
  trusts: false,
  totals: NO_TOTALS,
  apply: (update) =>
    set((old) => ({
      ready: true,
      ...mergedWith(old, update),
      devices: update.devices ?? old.devices,
      identity: update.identity ?? old.identity,
      settings: update.settings ?? old.settings,
      pairing: update.pairing ?? old.pairing,
      nearby: update.nearby ?? old.nearby,
      alarms: update.alarms ?? old.alarms,
      trusts: old.trusts || update.alarms !== undefined,
      totals: update.totals,
    })),
}));

type Transfers = Pick<EngineState, "transfers" | "finished">;

function mergedWith({ transfers: old, finished }: Transfers, update: Update): Transfers {
  if (update.transfers.length === 0 && update.removed.length === 0) return { transfers: old, finished };
  const next: Record<string, TransferView> = { ...old };
  for (const transfer of update.transfers) next[transfer.id] = transfer;
  for (const id of update.removed) delete next[id];
  // A history of thousands is not sorted again because bytes move.
  const touched = [...update.transfers.map(({ id }) => id), ...update.removed];
  const same = touched.every((id) => !ended(old[id]) && !ended(next[id]));
  return { transfers: next, finished: same ? finished : newestFirst(Object.values(next).filter(isFinal)) };
}

function ended(transfer: TransferView | undefined): boolean {
  return transfer !== undefined && isFinal(transfer);
}
