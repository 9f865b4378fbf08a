import { useState } from "react";
import { useCommand } from "../../host/context";
import { Button } from "../../parts/Button";
import { Field } from "../../parts/Field";
import { words } from "../../words";

/** Starts anew whenever the engine has another name (its key is the name). */
export function NameField({ name }: { name: string }) {
  const [text, setText] = useState(name);
  const command = useCommand();
  const wanted = text.trim();
  const changed = wanted !== "" && wanted !== name;
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (changed) void command("change_settings", { name: wanted });
      }}
    >
      <Field
        label={words.settings.name}
        hint={words.settings.nameHint}
        value={text}
        onChange={(event) => setText(event.target.value)}
        data-testid="device-name"
        action={
          <Button type="submit" disabled={!changed} data-testid="save-name">
            {words.settings.save}
          </Button>
        }
      />
    </form>
  );
}
