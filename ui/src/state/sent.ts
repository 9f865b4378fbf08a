// What follows a send: Activity points at the transfers; that some were there before is told, with the way to new ones.

import type { SendRequest, Sent } from "../host/api";
import { useNavigation } from "./navigation";
import { useNotices } from "./notices";

export function afterSend(request: SendRequest, { transfers, taken_up }: Sent): void {
  useNavigation.getState().goToNew(transfers);
  if (taken_up.length === 0) return;
  // One transfer for each target, in that order.
  const targets = request.targets.filter((_, at) => taken_up.includes(transfers[at] ?? ""));
  useNotices.getState().tellTakenUp({ transfers: taken_up, anew: { ...request, targets, again: "new" } });
}
