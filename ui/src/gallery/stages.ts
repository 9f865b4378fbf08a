// The gallery's list: each window in each state that is worth looking at. The Chromium run walks through it too.

import type { SendRequest } from "../host/api";
import type { FakeHost, Scene } from "../host/fake";
import { useActivity } from "../state/activity";
import { useDraft } from "../state/draft";
import type { Screen } from "../state/navigation";
import { useNotices } from "../state/notices";
import { afterSend } from "../state/sent";
import { isFinal } from "../transfer/kinds";
import { historyStages } from "./histories";
import { windowStages } from "./windows";
import { trustStages } from "./trust";
import { pairingStages } from "./pairings";
import { busy, chosen, devices, empty, inbox, limited, offers, offersAsking, offersRefused, refusing, starting, studio, troubled, underWay, verified } from "./scenes";

export interface Stage {
  window: "main" | "inbox" | "problem";
  screen?: Screen;
  scene: Scene;
  /** What happened before the picture. */
  before?: (host: FakeHost) => void;
}

/** Presses the first control of that test id (of that transfer) once it is drawn, then an entry of a tree that it opened. */
function press(testId: string, entry?: string, transfer?: string): void {
  const within = transfer === undefined ? "" : `[data-transfer-id="${transfer}"] `;
  const found = document.querySelector<HTMLElement>(`${within}[data-testid="${testId}"]`);
  if (found === null) {
    requestAnimationFrame(() => press(testId, entry, transfer));
    return;
  }
  found.click();
  if (entry !== undefined) requestAnimationFrame(() => document.querySelector<HTMLElement>(`[data-path$="${entry}"]`)?.click());
}

const online = devices.filter((device) => device.online).map((device) => device.device_id);

export const STAGES = {
  "send-first": { window: "main", screen: "send", scene: empty },
  "send-starting": { window: "main", screen: "send", scene: starting },
  "send-devices": { window: "main", screen: "send", scene: busy },
  "send-ready": {
    window: "main",
    screen: "send",
    scene: chosen,
    before: () => useDraft.setState({ devices: online.slice(0, 2), priority: "high" }),
  },
  "send-incomplete": {
    window: "main",
    screen: "send",
    scene: chosen,
    before: () => useDraft.setState({ target: "R4TZ8W-XM2KQD-7HVPL9@studio.example" }),
  },
  "send-code": { window: "main", screen: "send", scene: chosen, before: () => useDraft.setState({ target: "482-913-578" }) },
  "send-drop": { window: "main", screen: "send", scene: busy, before: (host) => host.dragOver({ x: 1, y: 1 }) },
  "activity-busy": { window: "main", screen: "activity", scene: busy },
  "activity-empty": { window: "main", screen: "activity", scene: empty },
  "activity-notice": {
    window: "main",
    screen: "activity",
    scene: refusing,
    before: () => {
      const { show } = useNotices.getState();
      show({ code: "disk_unwritable", message: "for the log", detail: "/mnt/stick/Inbox" });
      show({ code: "illegal_state", message: "for the log", detail: null });
    },
  },
  "activity-troubles": { window: "main", screen: "activity", scene: troubled },
  "activity-kept": {
    window: "main",
    screen: "activity",
    scene: { ...troubled, transfers: troubled.transfers.slice(-2) },
    before: () => press("details-button", undefined, troubled.transfers.at(-2)?.id),
  },
  "activity-removal": {
    window: "main",
    screen: "activity",
    scene: { ...troubled, transfers: troubled.transfers.slice(-2) },
    before: () => press("remove-button"),
  },
  "activity-narrowed": { window: "main", screen: "activity", scene: busy, before: () => useActivity.setState({ search: "studio", shown: "receiving" }) },
  "activity-nothing": { window: "main", screen: "activity", scene: busy, before: () => useActivity.setState({ search: "no such thing" }) },
  "activity-cleared": {
    window: "main",
    screen: "activity",
    scene: { ...busy, transfers: busy.transfers.filter(isFinal) },
    before: () => press("clear-finished"),
  },
  "activity-verified": {
    window: "main",
    screen: "activity",
    scene: { ...verified, transfers: verified.transfers.toReversed() },
    before: () => press("details-button", undefined, "c3".padEnd(32, "0")),
  },
  "inbox-verified": { window: "inbox", scene: verified, before: () => press("verification", undefined, "c3".padEnd(32, "0")) },
  "activity-taken-up": {
    window: "main",
    screen: "activity",
    scene: busy,
    before: (host) => {
      const request: SendRequest = { paths: [...(busy.folders ?? [])], targets: [studio.device_id], priority: "normal" };
      void host.call("send", request).then((sent) => afterSend(request, sent));
    },
  },
  "quit-asked": { window: "main", screen: "activity", scene: busy, before: (host) => host.askToQuit(2) },
  ...pairingStages,
  ...windowStages,
  ...trustStages,
  ...historyStages,
  "devices-some": { window: "main", screen: "devices", scene: busy },
  "devices-empty": { window: "main", screen: "devices", scene: empty },
  settings: { window: "main", screen: "settings", scene: busy },
  "settings-limits": { window: "main", screen: "settings", scene: limited },
  "inbox-offers": { window: "inbox", scene: inbox },
  "inbox-space": { window: "inbox", scene: offers },
  "inbox-asking": { window: "inbox", scene: offersAsking },
  "inbox-choosing": { window: "inbox", scene: { ...offers, transfers: offersAsking.transfers.slice(1) }, before: () => press("preview-toggle", "keys.txt") },
  "inbox-folders": { window: "inbox", scene: { ...offers, transfers: offers.transfers.slice(1) }, before: () => press("preview-toggle", "Tuesday") },
  "inbox-names": { window: "inbox", scene: { ...offers, transfers: offers.transfers.slice(0, 1) }, before: () => press("problems-toggle") },
  "inbox-refused": { window: "inbox", scene: offersRefused },
  "inbox-arriving": { window: "inbox", scene: { ...troubled, transfers: [...troubled.transfers, ...underWay] } },
  "inbox-empty": { window: "inbox", scene: empty },
} satisfies Record<string, Stage>;

export type StageName = keyof typeof STAGES;

export function isStage(name: string | null): name is StageName {
  return name !== null && name in STAGES;
}
