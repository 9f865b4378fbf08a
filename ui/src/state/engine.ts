// What the engine pushes. Written by `apply` only; read by selectors, one row each.

import { create } from "zustand";
import type { DeviceView, Identity, PairingView, SettingsView, Totals, TransferView, Update } from "../host/api";

interface EngineState {
  /** Whether the snapshot has come. */
  ready: boolean;
  transfers: Readonly<Record<string, TransferView>>;
  devices: readonly DeviceView[];
  identity: Identity | null;
  settings: SettingsView | null;
  /** The pairing that is under way, or was last. */
  pairing: PairingView | null;
  totals: Totals;
  apply(update: Update): void;
}

const NO_TOTALS: Totals = { down_rate: 0, up_rate: 0, active: 0, queued: 0, needs_you: 0 };

export const useEngine = create<EngineState>((set) => ({
  ready: false,
  transfers: {},
  devices: [],
  identity: null,
  settings: null,
  pairing: null,
  totals: NO_TOTALS,
  apply: (update) =>
    set((old) => ({
      ready: true,
      transfers: merged(old.transfers, update),
      devices: update.devices ?? old.devices,
      identity: update.identity ?? old.identity,
      settings: update.settings ?? old.settings,
      pairing: update.pairing ?? old.pairing,
      totals: update.totals,
    })),
}));

function merged(old: EngineState["transfers"], update: Update): EngineState["transfers"] {
  if (update.transfers.length === 0 && update.removed.length === 0) return old;
  const next: Record<string, TransferView> = { ...old };
  for (const transfer of update.transfers) next[transfer.id] = transfer;
  for (const id of update.removed) delete next[id];
  return next;
}
