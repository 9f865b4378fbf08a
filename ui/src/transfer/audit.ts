// Puts an entry of the log into words.

import type { AuditEntry, Code, DeviceView, Role } from "../host/api";
import { words } from "../words";

export function auditSentence({ kind, name, device, detail }: AuditEntry, devices: readonly DeviceView[]): string {
  // An alarm is about the key that was found; a person knows the device that should have been there.
  const expected = kind === "identity_alarm" ? devices.find(({ device_id }) => device_id === detail["expected"]) : undefined;
  const who = expected?.name ?? name ?? (device === null ? words.history.log.somebody : words.unknownDevice);
  return words.history.log.kinds[kind](who, (word) => plain(detail[word]));
}

/** Words of programs become words of people, as far as the catalogue has them. */
function plain(value: string | undefined): string | null {
  if (value === undefined || value === "") return null;
  const own = words.history.log.words[value];
  if (own !== undefined) return own;
  if (value in words.roles) return words.roles[value as Role].name;
  if (value in words.failures) return words.failures[value as Code].says(null).replace(/[.。]$/, "");
  return value;
}
