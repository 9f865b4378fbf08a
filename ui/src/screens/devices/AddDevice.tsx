import { useState } from "react";
import { useCommand } from "../../host/context";
import { Button } from "../../parts/Button";
import { Field } from "../../parts/Field";
import { isUsable, readTarget } from "../../transfer/target";
import { words } from "../../words";

/** Remembers a device by its ticket: its offers then are questions, until it gets another role. */
export function AddDevice() {
  const [ticket, setTicket] = useState("");
  const command = useCommand();
  const read = readTarget(ticket, []);
  const add = async () => {
    const done = await command("trust", { device: ticket.trim(), role: "ask" });
    if (done !== undefined) setTicket("");
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (isUsable(read)) void add();
      }}
    >
      <Field
        label={words.devices.addLabel}
        placeholder={words.devices.addPlaceholder}
        value={ticket}
        onChange={(event) => setTicket(event.target.value)}
        tone={read.kind === "incomplete" ? "warning" : "calm"}
        hint={read.kind === "incomplete" ? words.send.target[read.because] : ""}
        data-testid="add-device-input"
        action={
          <Button type="submit" disabled={!isUsable(read)} data-testid="add-device-button">
            {words.devices.add}
          </Button>
        }
      />
    </form>
  );
}
