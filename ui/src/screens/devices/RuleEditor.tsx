import { useId, useState } from "react";
import type { DeviceView } from "../../host/api";
import { useAttempt, useCommand } from "../../host/context";
import { Button, IconButton } from "../../parts/Button";
import { Choice } from "../../parts/Choice";
import { draftOf, KINDS, ruleOf, wrongEnding, type Kind } from "../../transfer/rule";
import { words } from "../../words";
import { joined, split, type Unit } from "../settings/limit";
import { quotaUnits } from "../settings/units";
import fields from "../../parts/NumberField.module.css";
import styles from "./DeviceDetails.module.css";

const PROPOSED = 1_000_000_000;

/** What a trusted device may bring without a question. It starts anew when the engine has another rule (its key). */
export function RuleEditor({ device: { device_id, name, rule } }: { device: DeviceView }) {
  const command = useCommand();
  const attempt = useAttempt();
  const id = useId();
  const [draft, setDraft] = useState(() => draftOf(rule));
  const [limited, setLimited] = useState(rule !== undefined && rule.max_bytes !== null);
  const first = split(rule?.max_bytes ?? PROPOSED, quotaUnits());
  const [number, setNumber] = useState(first.number);
  const [unit, setUnit] = useState(first.unit);
  const { rule: says } = words.devices;

  const chosen = quotaUnits().find(({ value }) => value === unit) as Unit<typeof unit>;
  const entered = joined(limited, number, chosen, Number.MAX_SAFE_INTEGER);
  const wrong = wrongEnding(draft.endings);
  const next = ruleOf(draft, entered.kind === "limit" ? entered.smallest : null);
  const changed = JSON.stringify(next) !== JSON.stringify(rule);
  const ready = changed && entered.kind !== "wrong" && wrong === null;
  const toggle = (kind: Kind, on: boolean) => {
    const kinds = new Set(draft.kinds);
    if (on) kinds.add(kind);
    else kinds.delete(kind);
    setDraft({ ...draft, kinds });
  };
  const choose = async () => {
    const folder = await attempt((host) => host.chooseFolder(words.dialogs.ruleFolder));
    if (typeof folder === "string") setDraft({ ...draft, folder });
  };

  return (
    <form
      className={styles.form}
      aria-label={says.label(name)}
      data-testid="rule-editor"
      onSubmit={(event) => {
        event.preventDefault();
        if (ready) void command("set_rule", { device: device_id, ...(next === undefined ? {} : { rule: next }) });
      }}
    >
      <div>
        <h3 className={styles.title}>{says.title}</h3>
        <p className={styles.hint}>{says.hint}</p>
      </div>
      <div className={styles.line}>
        <label className={styles.check}>
          <input type="checkbox" checked={limited} data-testid="rule-limited" onChange={(event) => setLimited(event.target.checked)} />
          {says.upTo}
        </label>
        {limited && (
          <>
            <input
              className={fields.number}
              inputMode="decimal"
              aria-label={says.upTo}
              aria-invalid={entered.kind === "wrong"}
              aria-describedby={entered.kind === "wrong" ? `${id}-wrong` : undefined}
              value={number}
              data-testid="rule-number"
              onChange={(event) => setNumber(event.target.value)}
            />
            <Choice label={words.settings.unit} value={unit} choices={quotaUnits()} onChange={setUnit} />
          </>
        )}
      </div>
      {entered.kind === "wrong" && (
        <p id={`${id}-wrong`} className={styles.wrong}>
          {words.settings.wrongNumber[entered.why]}
        </p>
      )}
      <fieldset className={styles.fieldset}>
        <legend className={styles.hint}>{says.types}</legend>
        <div className={styles.line}>
          {KINDS.map((kind) => (
            <label key={kind} className={styles.check}>
              <input
                type="checkbox"
                checked={draft.kinds.has(kind)}
                data-testid={`rule-${kind}`}
                onChange={(event) => toggle(kind, event.target.checked)}
              />
              {says.kinds[kind]}
            </label>
          ))}
        </div>
      </fieldset>
      <div className={styles.line}>
        <label className={styles.name} htmlFor={`${id}-endings`}>
          {says.endings}
        </label>
        <input
          id={`${id}-endings`}
          className={styles.wide}
          placeholder={says.endingsPlaceholder}
          value={draft.endings}
          data-testid="rule-endings"
          onChange={(event) => setDraft({ ...draft, endings: event.target.value })}
        />
      </div>
      {wrong !== null && <p className={styles.wrong}>{says.wrongEnding(wrong)}</p>}
      <div className={styles.line}>
        <label className={styles.name} htmlFor={`${id}-folder`}>
          {says.folder}
        </label>
        <input
          id={`${id}-folder`}
          className={styles.wide}
          placeholder={says.folderPlaceholder}
          value={draft.folder}
          data-takes-path=""
          data-testid="rule-folder"
          onChange={(event) => setDraft({ ...draft, folder: event.target.value })}
        />
        <IconButton icon="folder" label={says.choose} onClick={() => void choose()} />
      </div>
      <p className={styles.hint}>{says.folderHint}</p>
      <div className={styles.line}>
        <Button type="submit" look="primary" disabled={!ready} data-testid="rule-save">
          {words.settings.save}
        </Button>
        {rule !== undefined && (
          <Button data-testid="rule-remove" onClick={() => void command("set_rule", { device: device_id })}>
            {says.remove}
          </Button>
        )}
      </div>
    </form>
  );
}
