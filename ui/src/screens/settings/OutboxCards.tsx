import type { OutboxOrder, SettingsView } from "../../host/api";
import { useCommand } from "../../host/context";
import { Choice } from "../../parts/Choice";
import { words } from "../../words";
import { Card } from "../../parts/Card";
import { LimitField } from "./LimitField";
import { waitUnits } from "./units";

const ORDERS = ["together", "oldest", "smallest"] satisfies OutboxOrder[];
const HOURS_A_WEEK = 7 * 24;
/** Ten years: a typing error rather than a wish, beyond that. */
const MOST_HOURS = 10 * 365 * 24;

export function OutboxCards({ settings }: { settings: SettingsView }) {
  const { outbox_hours, outbox_order } = settings;
  const command = useCommand();
  const { settings: says } = words;
  return (
    <>
      <Card title={says.wait} hint={says.waitHint}>
        <LimitField
          key={outbox_hours}
          label={says.wait}
          turnOn={says.waitOn}
          value={outbox_hours}
          units={waitUnits()}
          proposed={HOURS_A_WEEK}
          most={MOST_HOURS}
          onSave={(hours) => void command("change_settings", { outbox_hours: hours })}
          testId="wait"
        />
      </Card>
      <Card
        title={says.order}
        hint={words.sentence(words.outboxOrders[outbox_order].means)}
        control={
          <Choice
            label={says.order}
            value={outbox_order}
            choices={ORDERS.map((value) => ({ value, ...words.outboxOrders[value] }))}
            onChange={(next) => void command("change_settings", { outbox_order: next })}
            data-testid="order-setting"
          />
        }
      />
    </>
  );
}
