import type { Failure, TransferView } from "../../../host/api";
import { useAttempt } from "../../../host/context";
import { Button } from "../../../parts/Button";
import { Confirm } from "../../../parts/Confirm";
import { words } from "../../../words";
import styles from "./RowDetails.module.css";

/** What a retry can go on from; on this side it can be removed. */
export function KeptBytes({ transfer }: { transfer: TransferView }) {
  const { id, title, direction, kept_bytes, durable_bytes, peer } = transfer;
  const attempt = useAttempt();
  const { activity } = words;
  const { confirmRemovePartial } = activity;
  const remove = () =>
    attempt(async (host) => {
      const left = await host.call("leftovers", {});
      const own = left.filter((leftover) => leftover.transfer === id);
      const nothing: Failure = { code: "not_found", message: "the transfer has left nothing", detail: title };
      if (own.length === 0) throw nothing;
      await Promise.all(own.map(({ path }) => host.call("remove_leftover", { path })));
    });
  // What the other device has kept is not known here.
  const there = direction === "sending" && durable_bytes > 0;
  if (kept_bytes === 0 && !there) return <p className={styles.says}>{activity.notKept}</p>;
  return (
    <div className={styles.buttons}>
      <p className={styles.says} data-testid="kept-bytes">
        {there ? activity.keptThere(durable_bytes, peer.name) : activity.keptHere(kept_bytes)}
      </p>
      {direction === "receiving" && (
        <Confirm
          trigger={<Button data-testid="remove-partial">{activity.removePartial}</Button>}
          title={confirmRemovePartial.title(title)}
          text={confirmRemovePartial.text(kept_bytes)}
          yes={confirmRemovePartial.yes}
          no={confirmRemovePartial.no}
          onYes={() => void remove()}
        />
      )}
    </div>
  );
}
