import { words } from "../../words/en";
import type { Unit } from "./limit";

export const QUOTA_UNITS = [
  { value: "MB", name: words.settings.units.MB, size: 1_000_000 },
  { value: "GB", name: words.settings.units.GB, size: 1_000_000_000 },
  { value: "TB", name: words.settings.units.TB, size: 1_000_000_000_000 },
] as const satisfies readonly Unit<string>[];

export const RATE_UNITS = [
  { value: "KBs", name: words.settings.units.KBs, size: 1_000 },
  { value: "Mbits", name: words.settings.units.Mbits, size: 125_000 },
  { value: "MBs", name: words.settings.units.MBs, size: 1_000_000 },
] as const satisfies readonly Unit<string>[];

export const WAIT_UNITS = [
  { value: "hours", name: words.settings.units.hours, size: 1 },
  { value: "days", name: words.settings.units.days, size: 24 },
] as const satisfies readonly Unit<string>[];
