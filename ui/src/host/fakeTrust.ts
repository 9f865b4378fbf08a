// What the scripted engine knows about trust: rules, names, alarms, the audit log, the local network.

import type { AlarmView, AuditEntry, AuditFilter, Commands, DeviceView, Failure } from "./api";
import type { Scene } from "./fake";

type TrustCommands =
  | "nearby"
  | "rename_device"
  | "set_rule"
  | "alarms"
  | "acknowledge_alarm"
  | "audit"
  | "export_audit";

interface FakeTrust {
  commands: { [N in TrustCommands]: (args: Commands[N][0]) => Commands[N][1] };
  /** Alarms that nobody has acknowledged. */
  open(): AlarmView[];
}

const USUAL_PAGE = 100;

export function fakeTrust(
  scene: Pick<Scene, "nearby" | "alarms" | "audit">,
  decided: (device: string, change: Partial<DeviceView> | ((old: DeviceView) => DeviceView)) => DeviceView,
  onAlarms: (open: AlarmView[]) => void,
): FakeTrust {
  let alarms = [...(scene.alarms ?? [])];
  const audit = [...(scene.audit ?? [])].toSorted((a, b) => b.id - a.id);
  const open = () => alarms.filter(({ acknowledged_ms }) => acknowledged_ms === null);

  const commands: FakeTrust["commands"] = {
    nearby: () => scene.nearby ?? { searching: true, problem: null, devices: [] },
    rename_device: ({ device, name }) => decided(device, { name }),
    set_rule: ({ device, rule }) => decided(device, (old) => {
        const next = { ...old };
        delete next.rule;
        return rule === undefined ? next : { ...next, rule };
      }),
    alarms: () => alarms,
    acknowledge_alarm: ({ id }) => {
      const unknown: Failure = { code: "not_found", message: "there is no such alarm", detail: null };
      if (!alarms.some((alarm) => alarm.id === id)) throw unknown;
      alarms = alarms.map((alarm) => (alarm.id === id ? { ...alarm, acknowledged_ms: Date.now() } : alarm));
      onAlarms(open());
      return {};
    },
    audit: ({ before = Infinity, limit = USUAL_PAGE, only = {} }) => {
      const found = audit.filter((entry) => entry.id < before && fits(entry, only));
      const entries = found.slice(0, limit);
      return { entries, next: found.length > limit ? (entries.at(-1)?.id ?? null) : null };
    },
    export_audit: ({ only = {} }) => ({ entries: audit.filter((entry) => fits(entry, only)).length }),
  };
  return { commands, open };
}

function fits(entry: AuditEntry, { kinds = [], device, since_ms = 0, until_ms = Infinity }: AuditFilter): boolean {
  const about = device === undefined || entry.device === device || entry.name === device;
  return about && (kinds.length === 0 || kinds.includes(entry.kind)) && entry.last_ms >= since_ms && entry.at_ms < until_ms;
}
