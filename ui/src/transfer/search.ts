// Which finished transfers a search means.

import type { TransferView } from "../host/api";
import type { Shown } from "../state/history";

/** Each word must be found somewhere: in the title, the device, a name at the top, the folder, the id or the root. */
export function found(transfers: readonly TransferView[], search: string, shown: Shown): TransferView[] {
  const parts = search.toLocaleLowerCase().split(/\s+/).filter((part) => part !== "");
  return transfers.filter((transfer) => isShown(transfer, shown) && parts.every((part) => textOf(transfer).includes(part)));
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
