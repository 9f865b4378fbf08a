import { useEffect, useState } from "react";
import type { Receipt } from "../../host/api";
import { useHost } from "../../host/context";
import { Disclosure } from "../../parts/Disclosure";
import { PathText } from "../../parts/PathText";
import { words } from "../../words";
import styles from "./Receipt.module.css";

const MOST = 100;

/** The files with their roots, on demand: the first hundred, all of them in the file that can be saved. */
export function ReceiptFiles({ id, files }: { id: string; files: number }) {
  return (
    <Disclosure label={words.history.receipt.files(files)} data-testid="receipt-files-toggle">
      <Files id={id} />
    </Disclosure>
  );
}

function Files({ id }: { id: string }) {
  const host = useHost();
  const [receipt, setReceipt] = useState<Receipt | null>(null);
  useEffect(() => {
    let wanted = true;
    // What fails is said when it is saved; the list stays empty.
    host.call("receipt", { id, limit: MOST }).then((answer) => wanted && setReceipt(answer), () => {});
    return () => {
      wanted = false;
    };
  }, [host, id]);
  if (receipt === null) return null;
  return (
    <ul className={styles.files} aria-label={words.history.receipt.filesLabel}>
      {receipt.files.map(({ path, root, stored_as }) => (
        <li key={path} className={styles.file} data-testid="receipt-file">
          <span data-text>
            <PathText>{stored_as ?? path}</PathText>
          </span>
          <code className={styles.root}>{root ?? words.history.receipt.noRoot}</code>
        </li>
      ))}
      {receipt.next !== null && <li className={styles.more}>{words.history.receipt.moreInFile}</li>}
    </ul>
  );
}
