import { useState, type ReactElement } from "react";
import { useAttempt, useCommand } from "../../host/context";
import { ContextArea } from "../../parts/ContextArea";
import { MenuItem, MenuRule } from "../../parts/MenuPopup";
import { useEngine } from "../../state/engine";
import { canCancel, canPause, canResume, canRetry, isFinal, isStuckHere, wasOffer } from "../../transfer/kinds";
import { words } from "../../words";
import { RemoveItem, RemoveQuestion } from "../history/Removal";
import { CancelQuestion } from "./CancelButton";
import { RowItems } from "./RowMenu";

/** A row's menu at the pointer: what its buttons do, and what its menu holds. Drawn once; what moves is in the row. */
export function RowContext({ id, render }: { id: string; render: ReactElement }) {
  const [asks, setAsks] = useState<"cancel" | "remove" | null>(null);
  const close = () => setAsks(null);
  return (
    <>
      <ContextArea render={render}>
        <ButtonItems id={id} onCancel={() => setAsks("cancel")} />
        <RowItems id={id} />
        <RemovePart id={id} onAsk={() => setAsks("remove")} />
      </ContextArea>
      {asks === "cancel" && <CancelQuestion id={id} onClose={close} />}
      {asks === "remove" && <RemoveQuestion id={id} onClose={close} />}
    </>
  );
}

/** The same of an offer, which is answered in the inbox. */
export function OfferContext({ render }: { render: ReactElement }) {
  const attempt = useAttempt();
  return (
    <ContextArea render={render}>
      <MenuItem name={words.nav.openInbox(0)} data-testid="inbox-item" onClick={() => void attempt((host) => host.showInbox())} />
    </ContextArea>
  );
}

function ButtonItems({ id, onCancel }: { id: string; onCancel: () => void }) {
  const transfer = useEngine((state) => state.transfers[id]);
  const command = useCommand();
  if (transfer === undefined) return null;
  const { menu, tryAgain, askAgain, retry } = words.activity;
  const asksFirst = transfer.durable_bytes > 0;
  const cancel = asksFirst ? onCancel : () => void command("cancel", { id });
  return (
    <>
      {canPause(transfer) && <MenuItem name={menu.pause} data-testid="pause-item" onClick={() => void command("pause", { id })} />}
      {canResume(transfer) && (
        <MenuItem
          name={isStuckHere(transfer) ? tryAgain : menu.resume}
          data-testid="resume-item"
          onClick={() => void command("resume", { id })}
        />
      )}
      {canRetry(transfer) && (
        <MenuItem
          name={wasOffer(transfer) ? askAgain : retry}
          data-testid="retry-item"
          onClick={() => void command("retry", { id })}
        />
      )}
      {canCancel(transfer) && <MenuItem name={asksFirst ? menu.cancel : menu.cancelNow} data-testid="cancel-item" onClick={cancel} />}
      {(canCancel(transfer) || canRetry(transfer)) && <MenuRule />}
    </>
  );
}

function RemovePart({ id, onAsk }: { id: string; onAsk: () => void }) {
  const transfer = useEngine((state) => state.transfers[id]);
  if (transfer === undefined || !isFinal(transfer)) return null;
  return (
    <>
      <MenuRule />
      <RemoveItem transfer={transfer} onAsk={onAsk} />
    </>
  );
}
