import { useCallback, useEffect, useState } from "react";
import { size } from "../../format/numbers";
import type { Leftover } from "../../host/api";
import { useCommand } from "../../host/context";
import { Button } from "../../parts/Button";
import { Confirm } from "../../parts/Confirm";
import { words } from "../../words";
import { Card } from "../../parts/Card";
import styles from "./Leftovers.module.css";

/** What unfinished transfers have left on the disk. Asked for when the screen opens, and after each removal. */
export function Leftovers() {
  const command = useCommand();
  const [found, setFound] = useState<readonly Leftover[] | "failed" | null>(null);
  const look = useCallback(
    () => command("leftovers", {}).then((answer) => setFound(answer ?? "failed")),
    [command],
  );
  useEffect(() => {
    void look();
  }, [look]);
  const remove = async (path: string) => {
    await command("remove_leftover", { path });
    await look();
  };
  const { leftovers } = words.settings;
  const rows = found === null || found === "failed" ? [] : found;
  const sum = rows.reduce((all, { bytes }) => all + bytes, 0);
  return (
    <Card
      wide
      title={leftovers.title}
      hint={leftovers.hint}
      control={
        <Button data-testid="look-again" onClick={() => void look()}>
          {leftovers.look}
        </Button>
      }
    >
      {found === null && <p>{leftovers.looking}</p>}
      {found === "failed" && <p>{leftovers.failed}</p>}
      {found !== null && found !== "failed" && rows.length === 0 && <p data-testid="no-leftovers">{leftovers.none}</p>}
      {rows.length > 0 && (
        <>
          <p>{leftovers.sum(rows.length, sum)}</p>
          <ul className={styles.list} aria-label={leftovers.title}>
            {rows.map((leftover) => (
              <Row key={leftover.path} leftover={leftover} remove={() => void remove(leftover.path)} />
            ))}
          </ul>
        </>
      )}
    </Card>
  );
}

function Row({ leftover, remove }: { leftover: Leftover; remove: () => void }) {
  const { path, bytes, transfer, title } = leftover;
  const { confirm, removeLabel, unknown } = words.settings.leftovers;
  const name = title ?? unknown;
  return (
    <li className={styles.row} data-testid="leftover">
      <div className={styles.what}>
        <p className={styles.name}>{name}</p>
        <p className={styles.path} data-text title={path}>
          {path}
        </p>
      </div>
      <span className={styles.size}>{size(bytes)}</span>
      <Confirm
        trigger={
          <Button aria-label={removeLabel(name)} data-testid="remove-leftover">
            {words.settings.leftovers.remove}
          </Button>
        }
        title={confirm.title(name)}
        text={confirm.text(bytes, transfer !== null)}
        yes={confirm.yes}
        no={confirm.no}
        onYes={remove}
      />
    </li>
  );
}
