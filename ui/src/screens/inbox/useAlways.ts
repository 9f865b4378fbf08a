import { useState } from "react";
import type { DeviceView, PeerView } from "../../host/api";
import { useAttempt } from "../../host/context";
import { useEngine, type EngineState } from "../../state/engine";
import { useNotices } from "../../state/notices";
import { ruleInto } from "../../transfer/rule";

/** The choice to accept what the device of an offer brings without asking from now on. */
export interface Always {
  /** What the device is called here. */
  name: string;
  on: boolean;
  choose: (on: boolean) => void;
  /** Has it so from now on, into that folder, or into the inbox folder. */
  begin: (into: string | null) => Promise<void>;
}

/**
 * Null where there is nothing to choose: the device is not known, is accepted without asking already, or an alarm is
 * about it, until a person has decided that.
 */
export function useAlways({ device_id }: PeerView): Always | null {
  const device = useEngine((state) => askedAbout(state, device_id));
  const attempt = useAttempt();
  const [on, choose] = useState(false);
  if (device === undefined) return null;
  const { name } = device;
  const begin = async (into: string | null) => {
    // As it is now: a dialog may have been open for long.
    const state = useEngine.getState();
    const now = askedAbout(state, device_id);
    if (now === undefined) return;
    const rule = ruleInto(now.rule, into === state.identity?.inbox_folder ? null : into);
    await attempt(async (host) => {
      // The rule first: the device must not be without its limits for a moment.
      if (JSON.stringify(rule) !== JSON.stringify(now.rule)) {
        await host.call("set_rule", { device: device_id, ...(rule === undefined ? {} : { rule }) });
      }
      await host.call("trust", { device: device_id, role: "trusted" });
      useNotices.getState().tellAlways(name);
    });
  };
  return { name, on, choose, begin };
}

function askedAbout({ devices, alarms, trusts }: EngineState, id: string): DeviceView | undefined {
  const alarm = alarms.some((one) => one.found === id || one.device.device_id === id);
  return trusts && !alarm ? devices.find((one) => one.device_id === id && one.known && one.role === "ask") : undefined;
}
