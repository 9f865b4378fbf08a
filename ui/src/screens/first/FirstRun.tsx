import { useState } from "react";
import type { Visibility } from "../../host/api";
import { useAttempt, useCommand } from "../../host/context";
import { Button } from "../../parts/Button";
import { Field } from "../../parts/Field";
import { Segmented } from "../../parts/Segmented";
import { useEngine } from "../../state/engine";
import { words } from "../../words";
import { SelfTest } from "../test/SelfTest";
import { useSelfTest } from "../test/useSelfTest";
import styles from "./FirstRun.module.css";

const STEPS = 3;
const CHOICES = ["nobody", "my_devices", "everyone"] satisfies Visibility[];

/**
 * Three short steps above the Send screen, for whoever has done nothing yet: the name, who may find this device, where
 * files are put. It stands in nobody's way: what is dropped is chosen all the same. The engine remembers that it is over.
 */
export function FirstRun() {
  const introduced = useEngine(({ settings }) => settings?.introduced ?? true);
  const ready = useEngine(({ identity }) => identity !== null);
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
  const end = () => void command("change_settings", { introduced: true });
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
        {devices.visibility.means[visibility]}
        {words.following(first.seen.hint)}
      </p>
    </div>
  );
}

function Place() {
  const folder = useEngine((state) => state.identity?.inbox_folder ?? "");
  const attempt = useAttempt();
  const command = useCommand();
  const { tested } = useSelfTest(folder);
  const { first, settings } = words;
  const change = async () => {
    const chosen = await attempt((host) => host.chooseFolder(words.dialogs.inboxFolder));
    if (typeof chosen === "string") await command("change_settings", { inbox_folder: chosen });
  };
  return (
    <div className={styles.part}>
      <div className={styles.line}>
        <h2>{first.place.title}</h2>
        <Button icon="folder" data-testid="first-folder" onClick={() => void change()}>
          {settings.change}
        </Button>
      </div>
      <p className={styles.hint}>{first.place.hint}</p>
      <SelfTest tested={tested} />
    </div>
  );
}
