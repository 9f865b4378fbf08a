import { useEffect, useRef, useState } from "react";
import type { Code, Failure } from "../host/api";
import { useHost } from "../host/context";
import { toFailure, type StartProblem, type WayOut } from "../host/host";
import { Button } from "../parts/Button";
import { FailureText } from "../parts/FailureText";
import { Icon } from "../parts/Icon";
import { PathText } from "../parts/PathText";
import { words } from "../words";
import styles from "./ProblemPage.module.css";

/** The ways out of a failed start, the most likely one first. The shell knows which are open too. */
const WAYS: Partial<Record<Code, readonly WayOut[]>> = {
  database_newer: ["open_folder", "quit"],
  database_damaged: ["set_aside", "open_folder", "quit"],
  database: ["again", "open_folder", "quit"],
  listen_failed: ["other_port", "again", "quit"],
  already_running: ["again", "quit"],
};
const USUAL: readonly WayOut[] = ["again", "open_folder", "quit"];

/** Why the program cannot start, and what to do. It stands alone: there is no engine behind it. */
export function ProblemPage({ problem: { failure, folder } }: { problem: StartProblem }) {
  const host = useHost();
  const [refused, setRefused] = useState<Failure | null>(null);
  const [busy, setBusy] = useState(false);
  const first = useRef<HTMLButtonElement>(null);
  useEffect(() => first.current?.focus(), []);
  const { start } = words.shell;
  const { title, text } = saysOf(failure.code);
  const ways = WAYS[failure.code] ?? USUAL;
  const go = async (way: WayOut) => {
    setRefused(null);
    setBusy(way !== "open_folder");
    try {
      await host.answerProblem(way);
    } catch (thrown) {
      setRefused(toFailure(thrown));
      setBusy(false);
    }
  };
  const reason = failure.detail === null ? failure.message : `${failure.message} (${failure.detail})`;
  return (
    <main className={styles.page} data-testid="start-problem" data-code={failure.code}>
      <div className={styles.what}>
        <span className={styles.icon}>
          <Icon name="warning" size="2rem" />
        </span>
        <div className={styles.words} role="alert">
          <h1 className={styles.title}>{title}</h1>
          <p data-text>{withOptions(text.replace("{folder}", () => folder))}</p>
          <p className={styles.reason} data-text>
            {start.reason.replace("{reason}", () => reason)}
          </p>
        </div>
      </div>
      <div className={styles.end}>
        {refused !== null && <FailureText failure={refused} />}
        <div className={styles.ways}>
          {ways.map((way, at) => (
            <Button
              key={way}
              look={at === 0 ? "primary" : "plain"}
              {...(at === 0 ? { ref: first } : {})}
              {...(way === "open_folder" ? { icon: "folder" } : {})}
              busy={busy}
              data-testid={`way-${way}`}
              onClick={() => void go(way)}
            >
              {start[way]}
            </Button>
          ))}
        </div>
      </div>
    </main>
  );
}

/** Options of the command line stay in one piece. */
function withOptions(text: string): React.ReactNode[] {
  return text.split(/(--\w+)/).map((part, at) =>
    part.startsWith("--") ? (
      // The parts of one sentence never change their order.
      // eslint-disable-next-line react/no-array-index-key
      <code key={at} className={styles.option}>
        {part}
      </code>
    ) : (
      // eslint-disable-next-line react/no-array-index-key
      <PathText key={at}>{part}</PathText>
    ),
  );
}

function saysOf(code: Code): { title: string; text: string } {
  const { start } = words.shell;
  switch (code) {
    case "already_running":
    case "listen_failed":
    case "database":
    case "database_newer":
    case "database_damaged":
    case "key_unavailable":
      return start[code];
    default:
      return start.other;
  }
}
