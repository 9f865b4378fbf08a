import type { ReactNode } from "react";
import type { Failure } from "../host/api";
import { useAttempt, useCommand } from "../host/context";
import { useEngine } from "../state/engine";
import { useNotices, type TakenUp } from "../state/notices";
import { afterSend } from "../state/sent";
import { shortened } from "../transfer/describe";
import { words } from "../words";
import { Button, IconButton } from "./Button";
import { Icon } from "./Icon";
import styles from "./Notices.module.css";

/** What a person asked for and did not get, or got in another way, with the next step. */
export function Notices() {
  const shown = useNotices((state) => state.shown);
  const putAway = useNotices((state) => state.putAway);
  return (
    <div role="alert">
      <ul className={styles.list}>
        {shown.map((notice) => {
          const close = () => putAway(notice.key);
          switch (notice.kind) {
            case "failure":
              return <FailureNotice key={notice.key} failure={notice.failure} close={close} />;
            case "taken_up":
              return <TakenUpNotice key={notice.key} takenUp={notice.takenUp} close={close} />;
            case "done":
              return (
                <Line key={notice.key} severity="info" close={close}>
                  {notice.text}
                </Line>
              );
            case "always":
              return <AlwaysNotice key={notice.key} device={notice.device} close={close} />;
          }
        })}
      </ul>
    </div>
  );
}

function FailureNotice({ failure, close }: { failure: Failure; close: () => void }) {
  const { severity, says, next } = words.failures[failure.code] ?? words.failures.internal;
  return (
    <Line severity={severity} log={failure.message} close={close}>
      <strong>{says(shortened(failure.detail))}</strong>
      {words.following(next)}
    </Line>
  );
}

function TakenUpNotice({ takenUp, close }: { takenUp: TakenUp; close: () => void }) {
  const { transfers, anew } = takenUp;
  const known = useEngine((state) => state.transfers);
  const command = useCommand();
  const names = transfers.map((id, at) => known[id]?.peer.name ?? anew.targets[at] ?? id);
  const send = async () => {
    close();
    const sent = await command("send", anew);
    if (sent !== undefined) afterSend(anew, sent);
  };
  return (
    <Line
      severity="info"
      close={close}
      action={
        <Button data-testid="send-as-new" onClick={() => void send()}>
          {words.send.asNew(names.length)}
        </Button>
      }
    >
      <strong>{words.send.takenUp(names)}</strong>
      {words.following(words.send.takenUpWhy)}
    </Line>
  );
}

function AlwaysNotice({ device, close }: { device: string; close: () => void }) {
  const attempt = useAttempt();
  const show = () => {
    close();
    void attempt((host) => host.showDevices());
  };
  return (
    <Line
      severity="info"
      close={close}
      action={
        <Button data-testid="show-devices" onClick={show}>
          {words.inbox.always.devices}
        </Button>
      }
    >
      <strong>{words.inbox.always.done(device)}</strong>
      {words.following(words.inbox.always.undo)}
    </Line>
  );
}

interface LineProps {
  severity: "info" | "warning" | "error";
  /** What logs call it. */
  log?: string;
  action?: ReactNode;
  close: () => void;
  children: ReactNode;
}

function Line({ severity, log, action, close, children }: LineProps) {
  return (
    <li className={styles.notice} data-severity={severity} data-testid="notice">
      <Icon name={severity === "info" ? "info" : "warning"} />
      <p className={styles.text} title={log} data-text>
        {children}
      </p>
      {action}
      <IconButton icon="cross" label={words.dismiss} onClick={close} />
    </li>
  );
}
