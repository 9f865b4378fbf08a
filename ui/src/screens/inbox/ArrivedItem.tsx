import { progressLine } from "../../transfer/describe";
import { useAttempt, useCommand } from "../../host/context";
import { Button, IconButton } from "../../parts/Button";
import { Icon } from "../../parts/Icon";
import { useEngine } from "../../state/engine";
import { useNow } from "../../state/now";
import { placeOf } from "../../transfer/kinds";
import { words } from "../../words/en";
import styles from "./ArrivedItem.module.css";

export function ArrivedItem({ id }: { id: string }) {
  const transfer = useEngine((state) => state.transfers[id]);
  const command = useCommand();
  const attempt = useAttempt();
  const now = useNow();
  if (transfer === undefined) return null;
  const { title, peer, roots } = transfer;
  const place = placeOf(transfer);
  return (
    <li className={styles.item} data-testid="arrived-item" data-transfer-id={id}>
      <span className={styles.icon}>
        <Icon name={roots[0]?.kind === "folder" ? "folder" : "file"} />
      </span>
      <div className={styles.main}>
        <p className={styles.heading}>
          <strong className={styles.title} title={title}>
            {title}
          </strong>
          <span className={styles.peer}>{words.activity.peer("receiving", peer.name)}</span>
        </p>
        <p className={styles.facts}>{progressLine(transfer, now)}</p>
      </div>
      <div className={styles.actions}>
        {place !== null && (
          <>
            <Button
              aria-label={words.inbox.openLabel(title)}
              data-testid="open-button"
              onClick={() => void attempt((host) => host.openPath(place))}
            >
              {words.inbox.open}
            </Button>
            <IconButton
              icon="folder"
              label={words.inbox.showLabel(title)}
              tip={words.inbox.show}
              data-testid="show-button"
              onClick={() => void attempt((host) => host.showInFolder(place))}
            />
          </>
        )}
        <IconButton
          icon="cross"
          label={words.inbox.removeLabel(title)}
          tip={words.inbox.remove}
          data-testid="remove-button"
          onClick={() => void command("remove", { id })}
        />
      </div>
    </li>
  );
}
