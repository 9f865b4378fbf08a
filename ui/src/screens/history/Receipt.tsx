import type { TransferView } from "../../host/api";
import { useAttempt, useCommand } from "../../host/context";
import { Button } from "../../parts/Button";
import { CopyButton } from "../../parts/CopyButton";
import { Dialog } from "../../parts/Dialog";
import { PathText } from "../../parts/PathText";
import { useNotices } from "../../state/notices";
import { canRetry, canVerify, placeOf } from "../../transfer/kinds";
import { receiptOf, receiptText } from "../../transfer/receipt";
import { words } from "../../words";
import styles from "./Receipt.module.css";
import { ReceiptFiles } from "./ReceiptFiles";
import { RemoveTextButton } from "./Removal";

/** Everything about one transfer that has ended, and what can still be done with it. */
export function Receipt({ transfer, onClose }: { transfer: TransferView; onClose: () => void }) {
  const { id, title } = transfer;
  const command = useCommand();
  const attempt = useAttempt();
  const place = placeOf(transfer);
  const { receipt } = words.history;
  const { dialogs } = words;
  const save = () =>
    attempt(async (host) => {
      const path = await host.chooseSavePath(dialogs.receipt, receipt.file(title), [
        { name: dialogs.types.text, ending: "txt" },
        { name: dialogs.types.lines, ending: "jsonl" },
      ]);
      if (path === null) return;
      const format = /\.jsonl?$/i.test(path) ? "json_lines" : "text";
      // The chooser has asked about a file that is there.
      const { files } = await host.call("export_receipt", { id, path, replace: true, format });
      useNotices.getState().tell(receipt.written(files, path));
    });
  return (
    <Dialog title={title} onClose={onClose} data-testid="receipt">
      <dl className={styles.lines}>
        {receiptOf(transfer).map(([name, value]) => (
          <div key={name} className={styles.line}>
            <dt>{name}</dt>
            <dd data-text>
              <PathText>{value}</PathText>
            </dd>
          </div>
        ))}
      </dl>
      {transfer.files_done > 0 && <ReceiptFiles id={id} files={transfer.files_done} />}
      <div className={styles.actions}>
        {canRetry(transfer) && <Button onClick={() => void command("retry", { id }).then(onClose)}>{words.activity.retry}</Button>}
        {canVerify(transfer) && (
          <Button icon="verify" onClick={() => void command("verify", { id }).then(onClose)}>
            {words.activity.verification.verify}
          </Button>
        )}
        {place !== null && (
          <Button icon="folder" onClick={() => void attempt((host) => host.showInFolder(place))}>
            {words.activity.showInFolder}
          </Button>
        )}
      </div>
      <div className={styles.buttons}>
        <RemoveTextButton transfer={transfer} onRemove={onClose} testId="receipt-remove" />
        <span className={styles.rest} />
        <Button data-testid="receipt-save" data-first-focus="" onClick={() => void save()}>
          {receipt.save}
        </Button>
        <CopyButton text={receiptText(transfer)} label={receipt.title} name={receipt.copy} />
      </div>
    </Dialog>
  );
}
