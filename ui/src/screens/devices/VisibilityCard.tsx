import { countdown } from "../../format/time";
import type { Visibility } from "../../host/api";
import { useCommand } from "../../host/context";
import { Card } from "../../parts/Card";
import { Segmented } from "../../parts/Segmented";
import { useEngine } from "../../state/engine";
import { useSecondsTo } from "../../state/seconds";
import { words } from "../../words";

const CHOICES = ["nobody", "my_devices", "everyone"] satisfies Visibility[];

/** Who may find this device in the local network, and for how long when it is everyone. */
export function VisibilityCard() {
  const settings = useEngine((state) => state.settings);
  const problem = useEngine((state) => state.nearby?.problem ?? null);
  const command = useCommand();
  const left = useSecondsTo(settings?.visible_until_ms ?? null);
  if (settings === null) return null;
  const { visibility } = settings;
  const { visibility: says } = words.devices;
  const means = says.means[visibility];
  const hint = visibility === "everyone" && left !== null ? says.falls(countdown(left)) : means;
  return (
    <Card
      heading="h2"
      title={says.title}
      hint={problem === null ? hint : says.problem}
      control={
        <Segmented
          label={says.title}
          value={visibility}
          choices={CHOICES.map((value) => ({ value, name: says.choices[value] }))}
          onChange={(next) => void command("change_settings", { visibility: next })}
          testId="visibility"
        />
      }
    />
  );
}
