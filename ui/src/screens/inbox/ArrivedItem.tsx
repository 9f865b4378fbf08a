import { useState } from "react";
import { useAttempt, useCommand } from "../../host/context";
import { Button, IconButton } from "../../parts/Button";
import { ContextArea } from "../../parts/ContextArea";
import { Disclosure } from "../../parts/Disclosure";
import { Icon } from "../../parts/Icon";
import { MenuItem, MenuRule } from "../../parts/MenuPopup";
import { useEngine } from "../../state/engine";
import { useNow } from "../../state/now";
import { progressLine, verified } from "../../transfer/describe";
import { canDragOut, canVerify, isDamaged, placeOf } from "../../transfer/kinds";
import { useDragOut } from "../../transfer/useDragOut";
import { words } from "../../words";
import { VerificationResult } from "../activity/details/VerificationResult";
import { RemoveButton, RemoveItem, RemoveQuestion } from "../history/Removal";
import styles from "./ArrivedItem.module.css";

export function ArrivedItem({ id }: { id: string }) {
  const transfer = useEngine((state) => state.transfers[id]);
  const command = useCommand();
  const attempt = useAttempt();
  const now = useNow();
  const [asks, setAsks] = useState(false);
  const drags = transfer !== undefined && canDragOut(transfer);
  const dragOut = useDragOut(drags ? id : null);
  if (transfer === undefined) return null;
  const { title, peer, roots } = transfer;
  const place = placeOf(transfer);
  const damaged = isDamaged(transfer);
  const check = verified(transfer, now);
  const open = () => void attempt((host) => host.openPath(place ?? ""));
  const show = () => void attempt((host) => host.showInFolder(place ?? ""));
  const verify = () => void command("verify", { id });
  const item = (
    <li
      {...dragOut}
      className={styles.item}
      data-testid="arrived-item"
      data-transfer-id={id}
      data-damaged={damaged ? "" : undefined}
    >
      <span className={styles.icon} title={drags ? words.activity.dragOut : undefined} data-testid="drag-handle">
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
        {check !== null && !damaged && (
          <span className={styles.facts} data-testid="verification">
            {check}
          </span>
        )}
        {check !== null && damaged && (
          <Disclosure label={check} tone="warning" icon="warning" data-testid="verification">
            <VerificationResult transfer={transfer} />
          </Disclosure>
        )}
      </div>
      <div className={styles.actions}>
        {place !== null && (
          <>
            <Button
              aria-label={words.inbox.openLabel(title)}
              data-testid="open-button"
              onClick={open}
            >
              {words.inbox.open}
            </Button>
            <IconButton
              icon="folder"
              label={words.inbox.showLabel(title)}
              tip={words.inbox.show}
              data-testid="show-button"
              onClick={show}
            />
          </>
        )}
        {canVerify(transfer) && (
          <IconButton
            icon="verify"
            label={words.activity.verification.verifyLabel(title)}
            tip={words.activity.verification.verify}
            data-testid="verify-button"
            onClick={verify}
          />
        )}
        <RemoveButton transfer={transfer} />
      </div>
    </li>
  );
  return (
    <>
      <ContextArea render={item}>
        {place !== null && (
          <>
            <MenuItem name={words.inbox.open} data-testid="open-item" onClick={open} />
            <MenuItem name={words.inbox.show} data-testid="show-item" onClick={show} />
            <MenuRule />
          </>
        )}
        {canVerify(transfer) && <MenuItem name={words.activity.verification.verify} data-testid="verify-item" onClick={verify} />}
        <RemoveItem transfer={transfer} onAsk={() => setAsks(true)} />
      </ContextArea>
      {asks && <RemoveQuestion id={id} onClose={() => setAsks(false)} />}
    </>
  );
}
