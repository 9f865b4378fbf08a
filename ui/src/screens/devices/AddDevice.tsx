import { useCommand } from "../../host/context";
import { Button } from "../../parts/Button";
import { Field } from "../../parts/Field";
import { Linked } from "../../parts/Linked";
import { useAdding } from "../../state/link";
import { useSettled } from "../../state/settled";
import { isUsable, readTarget } from "../../transfer/target";
import { words } from "../../words";

/** Remembers a device by its ticket: its offers then are questions, until it gets another role. */
export function AddDevice() {
  const { ticket, linked, enter } = useAdding();
  const command = useCommand();
  const read = readTarget(ticket, []);
  const settled = useSettled(linked, ticket);
  const add = async () => {
    const done = await command("trust", { device: ticket.trim(), role: "ask" });
    if (done !== undefined) enter("");
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (isUsable(read) && settled) void add();
      }}
    >
      {linked && <Linked />}
      <Field
        label={words.devices.addLabel}
        placeholder={words.devices.addPlaceholder}
        value={ticket}
        onChange={(event) => enter(event.target.value)}
        tone={read.kind === "incomplete" ? "warning" : "calm"}
        hint={read.kind === "incomplete" ? words.send.target[read.because] : ""}
        data-testid="add-device-input"
        action={
          <Button type="submit" disabled={!isUsable(read) || !settled} data-testid="add-device-button">
            {words.devices.add}
          </Button>
        }
      />
    </form>
  );
}
