import { words } from "../../words";
import type { Unit } from "./limit";

export const quotaUnits = (): readonly Unit<"MB" | "GB" | "TB">[] => [
  { value: "MB", name: words.settings.units.MB, size: 1_000_000 },
  { value: "GB", name: words.settings.units.GB, size: 1_000_000_000 },
  { value: "TB", name: words.settings.units.TB, size: 1_000_000_000_000 },
];

export const rateUnits = (): readonly Unit<"KBs" | "Mbits" | "MBs">[] => [
  { value: "KBs", name: words.settings.units.KBs, size: 1_000 },
  { value: "Mbits", name: words.settings.units.Mbits, size: 125_000 },
  { value: "MBs", name: words.settings.units.MBs, size: 1_000_000 },
];

export const waitUnits = (): readonly Unit<"hours" | "days">[] => [
  { value: "hours", name: words.settings.units.hours, size: 1 },
  { value: "days", name: words.settings.units.days, size: 24 },
];
