import type { Conflict, SettingsView } from "../../host/api";
import { useCommand } from "../../host/context";
import { Choice } from "../../parts/Choice";
import { words } from "../../words";
import { Card } from "../../parts/Card";
import { LimitField } from "./LimitField";
import { quotaUnits } from "./units";

const CONFLICTS = ["rename", "overwrite", "skip", "skip_identical", "ask"] satisfies Conflict[];
const GB = 1_000_000_000;
/** Beyond this a number of bytes is not exact. */
const MOST_BYTES = Number.MAX_SAFE_INTEGER;

export function ReceivingCards({ settings }: { settings: SettingsView }) {
  const { conflict, inbox_quota } = settings;
  const command = useCommand();
  const { settings: says } = words;
  return (
    <>
      <Card
        title={says.conflict}
        hint={words.sentence(words.conflicts[conflict].means)}
        control={
          <Choice
            label={says.conflict}
            value={conflict}
            choices={CONFLICTS.map((value) => ({ value, ...words.conflicts[value] }))}
            onChange={(next) => void command("change_settings", { conflict: next })}
            data-testid="conflict-setting"
          />
        }
      />
      <Card title={says.quota} hint={says.quotaHint}>
        <LimitField
          key={inbox_quota}
          label={says.quota}
          turnOn={says.quotaOn}
          value={inbox_quota}
          units={quotaUnits()}
          proposed={100 * GB}
          most={MOST_BYTES}
          onSave={(bytes) => void command("change_settings", { inbox_quota: bytes })}
          testId="quota"
        />
      </Card>
    </>
  );
}
