import { useAttempt, useCommand } from "../../host/context";
import { MenuItem, MenuRule } from "../../parts/MenuPopup";
import { useEngine } from "../../state/engine";
import { canRetry, canVerify, isFinal, placeOf } from "../../transfer/kinds";
import { receiptText } from "../../transfer/receipt";
import { words } from "../../words";
import { RemoveItem } from "./Removal";

/** The menu of a row: what its receipt can do, as long as it has one. */
export function HistoryItems({ id, onOpen, onAsk }: { id: string; onOpen: () => void; /** Of the removal, which may be a loss. */ onAsk: () => void }) {
  const transfer = useEngine((state) => state.transfers[id]);
  const command = useCommand();
  const attempt = useAttempt();
  if (transfer === undefined || !isFinal(transfer)) return null;
  const place = placeOf(transfer);
  const { receipt } = words.history;
  return (
    <>
      <MenuItem name={receipt.show} data-testid="receipt-item" onClick={onOpen} />
      <MenuItem
        name={receipt.copy}
        data-testid="copy-receipt-item"
        onClick={() => void attempt((host) => host.copyText(receiptText(transfer)))}
      />
      <MenuRule />
      {canRetry(transfer) && <MenuItem name={words.activity.retry} onClick={() => void command("retry", { id })} />}
      {canVerify(transfer) && (
        <MenuItem name={words.activity.verification.verify} onClick={() => void command("verify", { id })} />
      )}
      {place !== null && (
        <MenuItem name={words.activity.showInFolder} onClick={() => void attempt((host) => host.showInFolder(place))} />
      )}
      <RemoveItem transfer={transfer} onAsk={onAsk} />
    </>
  );
}
