import type { TransferView } from "../../../host/api";
import { canRetry, mustDecide } from "../../../transfer/kinds";
import { Chart } from "../chart/Chart";
import { TimeLine } from "../chart/TimeLine";
import { ChangedFiles } from "./ChangedFiles";
import { Facts } from "./Facts";
import { KeptBytes } from "./KeptBytes";
import styles from "./RowDetails.module.css";
import { VerificationResult } from "./VerificationResult";
import { VerifyButton } from "./VerifyButton";

/** What an opened row shows: the decision that it waits for, what is kept, what a check has found, where it is. */
export function RowDetails({ transfer }: { transfer: TransferView }) {
  const { changed } = transfer;
  return (
    <div className={styles.details} data-testid="row-details">
      {mustDecide(transfer) && changed !== null && <ChangedFiles id={transfer.id} changed={changed} />}
      {canRetry(transfer) && <KeptBytes transfer={transfer} />}
      <VerificationResult transfer={transfer} />
      <VerifyButton transfer={transfer} />
      <Chart id={transfer.id} direction={transfer.direction} />
      <Facts transfer={transfer} />
      <TimeLine transfer={transfer} />
    </div>
  );
}
