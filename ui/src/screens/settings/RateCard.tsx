import type { SettingsView } from "../../host/api";
import { useCommand } from "../../host/context";
import { words } from "../../words";
import { Card } from "../../parts/Card";
import { LimitField } from "./LimitField";
import { rateUnits } from "./units";

const MB = 1_000_000;
/** Beyond this a number of bytes is not exact. */
const MOST = Number.MAX_SAFE_INTEGER;

/** Bytes per second of all devices together, one way. */
export function RateCard({ settings, way }: { settings: SettingsView; way: "send" | "receive" }) {
  const command = useCommand();
  const { settings: says } = words;
  const value = way === "send" ? settings.send_limit : settings.receive_limit;
  const title = way === "send" ? says.sendLimit : says.receiveLimit;
  return (
    <Card title={title} hint={way === "send" ? says.sendLimitHint : says.receiveLimitHint}>
      <LimitField
        key={value}
        label={title}
        turnOn={says.limitOn}
        value={value}
        units={rateUnits()}
        proposed={10 * MB}
        most={MOST}
        onSave={(bytes) => void command("change_settings", way === "send" ? { send_limit: bytes } : { receive_limit: bytes })}
        testId={`${way}-limit`}
      />
    </Card>
  );
}
