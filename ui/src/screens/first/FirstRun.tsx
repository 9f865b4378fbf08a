import { useState } from "react";
import type { Visibility } from "../../host/api";
import { useAttempt, useCommand } from "../../host/context";
import { Button } from "../../parts/Button";
import { Field } from "../../parts/Field";
import { Icon } from "../../parts/Icon";
import { Segmented } from "../../parts/Segmented";
import { useEngine } from "../../state/engine";
import { prefer, usePreferences } from "../../state/preferences";
import { words } from "../../words";
import styles from "./FirstRun.module.css";

const STEPS = 3;
const end = () => prefer({ introduced: true });
const CHOICES = ["nobody", "my_devices", "everyone"] satisfies Visibility[];

/**
 * Three short steps above the Send screen, for whoever has done nothing yet: the name, who may find this device, where
 * files are put. It stands in nobody's way: what is dropped is chosen all the same.
 */
export function FirstRun() {
  const introduced = usePreferences((state) => state.introduced);
  const ready = useEngine(({ ready: there, identity, settings }) => there && identity !== null && settings !== null);
  const untouched = useEngine(({ devices, transfers }) => devices.length === 0 && Object.keys(transfers).length === 0);
  // Once begun it goes on, even when a device comes meanwhile.
  const [begun, setBegun] = useState(false);
  if (introduced || !ready || !(untouched || begun)) return null;
  return <Steps onBegin={() => setBegun(true)} />;
}

function Steps({ onBegin }: { onBegin: () => void }) {
  const identity = useEngine((state) => state.identity);
  const [step, setStep] = useState(0);
  const [name, setName] = useState(identity?.name ?? "");
  const command = useCommand();
  const { first } = words;
  const next = async () => {
    onBegin();
    const wanted = name.trim();
    if (step === 0 && wanted !== "" && wanted !== identity?.name && (await command("change_settings", { name: wanted })) === undefined) return;
    if (step === STEPS - 1) end();
    else setStep(step + 1);
  };
  return (
    <form
      className={styles.card}
      aria-label={first.title}
      data-testid="first-run"
      onSubmit={(event) => {
        event.preventDefault();
        void next();
      }}
    >
      <p className={styles.step}>
        {first.title} · {first.step(step + 1, STEPS)}
      </p>
      <div className={styles.body}>
        {step === 0 && (
          <Field
            label={first.name.title}
            hint={first.name.hint}
            value={name}
            onChange={(event) => setName(event.target.value)}
            data-testid="first-name"
          />
        )}
        {step === 1 && <Seen />}
        {step === 2 && <Place />}
      </div>
      <div className={styles.buttons}>
        <Button look="quiet" data-testid="first-skip" onClick={end}>
          {first.skip}
        </Button>
        <span className={styles.rest} />
        {step > 0 && <Button onClick={() => setStep(step - 1)}>{first.back}</Button>}
        <Button type="submit" look="primary" disabled={step === 0 && name.trim() === ""} data-testid="first-next">
          {step === STEPS - 1 ? first.done : first.next}
        </Button>
      </div>
    </form>
  );
}

function Seen() {
  const visibility = useEngine((state) => state.settings?.visibility ?? "my_devices");
  const command = useCommand();
  const { first, devices } = words;
  return (
    <div className={styles.part}>
      <h2>{first.seen.title}</h2>
      <Segmented
        label={first.seen.title}
        value={visibility}
        choices={CHOICES.map((value) => ({ value, name: devices.visibility.choices[value] }))}
        onChange={(next) => void command("change_settings", { visibility: next })}
        testId="first-visibility"
      />
      <p className={styles.hint}>
        {devices.visibility.means[visibility]} {first.seen.hint}
      </p>
    </div>
  );
}

function Place() {
  const identity = useEngine((state) => state.identity);
  const nearby = useEngine((state) => state.nearby);
  const attempt = useAttempt();
  const command = useCommand();
  const { first, settings } = words;
  if (identity === null) return null;
  const change = async () => {
    const folder = await attempt((host) => host.chooseFolder());
    if (typeof folder === "string") await command("change_settings", { inbox_folder: folder });
  };
  const searching = nearby !== null && nearby.problem === null;
  const tests = [
    { ok: true, says: first.test.folder(identity.inbox_folder) },
    { ok: true, says: first.test.listening(identity.listen) },
    ...(nearby === null ? [] : [{ ok: searching, says: searching ? first.test.searching : first.test.notSearching }]),
  ];
  return (
    <div className={styles.part}>
      <div className={styles.line}>
        <h2>{first.place.title}</h2>
        <Button icon="folder" data-testid="first-folder" onClick={() => void change()}>
          {settings.change}
        </Button>
      </div>
      <p className={styles.hint}>{first.place.hint}</p>
      <ul className={styles.tests}>
        {tests.map(({ ok, says }) => (
          <li key={says} className={styles.test} data-ok={ok ? "" : undefined}>
            <Icon name={ok ? "check" : "warning"} />
            <span data-text>{says}</span>
          </li>
        ))}
      </ul>
    </div>
  );
}
