import type { TransferView } from "../../../host/api";
import { canDragOut, canRetry, isFinal, mustDecide } from "../../../transfer/kinds";
import { Chart } from "../chart/Chart";
import { TimeLine } from "../chart/TimeLine";
import { FileList } from "../files/FileList";
import { ChunkMap } from "../map/ChunkMap";
import { ChangedFiles } from "./ChangedFiles";
import { Facts } from "./Facts";
import { KeptBytes } from "./KeptBytes";
import { Paths } from "./Paths";
import { Repair } from "./Repair";
import styles from "./RowDetails.module.css";
import { useDetails } from "./useDetails";
import { VerificationResult } from "./VerificationResult";
import { VerifyButton } from "./VerifyButton";

/** What an opened row shows: the decision that it waits for, what is kept, how far each part of it is and by which way,
 * what has happened to it. */
export function RowDetails({ transfer }: { transfer: TransferView }) {
  const { id, changed } = transfer;
  const details = useDetails(id, !isFinal(transfer));
  return (
    <div className={styles.details} data-testid="row-details">
      {mustDecide(transfer) && changed !== null && <ChangedFiles id={id} changed={changed} />}
      {canRetry(transfer) && <KeptBytes transfer={transfer} />}
      <VerificationResult transfer={transfer} />
      <VerifyButton transfer={transfer} />
      {details !== null && <ChunkMap chunks={details.chunks} direction={transfer.direction} />}
      <Chart id={id} direction={transfer.direction} />
      <FileList
        id={id}
        title={transfer.title}
        files={transfer.files}
        moving={!isFinal(transfer)}
        arrived={canDragOut(transfer)}
      />
      <div className={styles.columns}>
        <Facts transfer={transfer} />
        {details !== null && <Paths paths={details.paths} />}
        <Repair stats={transfer.stats} />
        {details !== null && <TimeLine transfer={transfer} turns={details.turns} />}
      </div>
    </div>
  );
}
