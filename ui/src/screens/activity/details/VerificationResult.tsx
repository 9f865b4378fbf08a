import type { TransferView } from "../../../host/api";
import { PathList } from "../../../parts/PathList";
import { isDamaged } from "../../../transfer/kinds";
import { words } from "../../../words";
import styles from "./RowDetails.module.css";

/** The files that a check has found changed or missing; nothing when all are sound. */
export function VerificationResult({ transfer }: { transfer: TransferView }) {
  const { verification, peer } = transfer;
  if (verification === null || !isDamaged(transfer)) return null;
  const { changedTitle, missingTitle, next } = words.activity.verification;
  const lists = [
    { title: changedTitle(verification.changed_count), paths: verification.changed, count: verification.changed_count },
    { title: missingTitle(verification.missing_count), paths: verification.missing, count: verification.missing_count },
  ];
  return (
    <div className={styles.block} data-testid="verification-result">
      {lists
        .filter(({ count }) => count > 0)
        .map(({ title, paths, count }) => (
          <div key={title}>
            <h3 className={styles.title}>{title}</h3>
            <PathList label={title} paths={paths.map((path) => ({ path }))} count={count} />
          </div>
        ))}
      <p className={styles.says}>{next(peer.name)}</p>
    </div>
  );
}
