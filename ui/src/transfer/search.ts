// Which transfers a search means.

import type { TransferView } from "../host/api";
import type { Narrowed } from "../state/activity";
import type { Shown } from "../state/history";
import type { Groups } from "./order";

/** Each word must be found somewhere: in the title, the device, a name at the top, the folder, the id or the root. */
export function found(transfers: readonly TransferView[], search: string, shown: Shown): TransferView[] {
  const means = meantBy(search);
  return transfers.filter((transfer) => isShown(transfer, shown) && means(transfer));
}

/** The same of the groups of Activity. What needs a person is there whatever its direction: it is waited for. */
export function narrowed(groups: Groups, transfers: Readonly<Record<string, TransferView>>, search: string, shown: Narrowed): Groups {
  const means = meantBy(search);
  const some = (ids: readonly string[], fits: (transfer: TransferView) => boolean) =>
    ids.filter((id) => {
      const transfer = transfers[id];
      return transfer !== undefined && fits(transfer) && means(transfer);
    });
  const rest = (ids: readonly string[]) => some(ids, ({ direction }) => shown === "all" || shown === direction);
  return { needsYou: some(groups.needsYou, () => true), underWay: rest(groups.underWay), finished: rest(groups.finished) };
}

function meantBy(search: string): (transfer: TransferView) => boolean {
  const parts = search.toLocaleLowerCase().split(/\s+/).filter((part) => part !== "");
  return (transfer) => parts.every((part) => textOf(transfer).includes(part));
}

function isShown({ direction, state }: TransferView, shown: Shown): boolean {
  switch (shown) {
    case "all":
      return true;
    case "failed":
      return state !== "completed";
    case "sent":
      return direction === "sending" && state === "completed";
    case "received":
      return direction === "receiving" && state === "completed";
  }
}

/** A transfer that has ended does not change often: its text is made once. */
const texts = new WeakMap<TransferView, string>();

function textOf(transfer: TransferView): string {
  const old = texts.get(transfer);
  if (old !== undefined) return old;
  const { title, peer, roots, folder, id, root } = transfer;
  const text = [title, peer.name, peer.device_id, ...roots.map(({ name }) => name), folder ?? "", id, root ?? ""].join("\n").toLocaleLowerCase();
  texts.set(transfer, text);
  return text;
}
