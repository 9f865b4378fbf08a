// The dialog of pairing in each state: what the engine says of it is pushed.

import type { PairingView } from "../host/api";
import type { FakeHost } from "../host/fake";
import { usePairing, type PairTab } from "../state/pairing";
import { studio } from "./make";
import { busy } from "./scenes";
import type { Stage } from "./stages";

const TICKET = `chunkstream1${"6r2k7vq3".repeat(14)}`;
const WORDS = ["amber", "telescope", "meadow", "librarian"];

/** How a pairing stands that nobody has come to yet. */
export const waiting: PairingView = {
  revision: 1000,
  side: "host",
  way: "words",
  state: "waiting",
  code: null,
  ticket: null,
  qr: null,
  words: null,
  until_ms: null,
  device: null,
  failure: null,
};
const peer = { device_id: studio.device_id, name: studio.name, role: studio.role, known: true };
const soon = (): Pick<PairingView, "until_ms"> => ({ until_ms: Date.now() + 4 * 60_000 });

function dialog(tab: PairTab, view?: () => Partial<PairingView>): Stage {
  return {
    window: "main",
    screen: "devices",
    scene: busy,
    before: (host: FakeHost) => {
      usePairing.getState().open(tab);
      if (view !== undefined) host.push({ pairing: { ...waiting, ...view() } });
    },
  };
}

const failure = (code: "wrong_code" | "code_spent" | "words_differ") => ({ failure: { code, message: "for the log", detail: null } });

export const pairingStages = {
  "pair-show": dialog("show"),
  "pair-spent": dialog("show", () => ({ way: "code", state: "failed", ...failure("code_spent") })),
  "pair-enter": dialog("enter"),
  "pair-wrong": {
    ...dialog("enter", () => ({ side: "guest", way: "code", state: "failed", ...failure("wrong_code") })),
    before: (host: FakeHost) => {
      usePairing.getState().open("enter", "192.168.1.31:47700");
      usePairing.setState({ secret: "482-913-578" });
      host.push({ pairing: { ...waiting, side: "guest", way: "code", state: "failed", ...failure("wrong_code") } });
    },
  },
  "pair-nearby": { ...dialog("enter"), scene: { ...busy, nearby: { searching: true, problem: null, devices: [{ id: "W5XKT9-ZQ8MRP-3LHVN7-C2JDYB-E9GFAS-U4B1", name: "Reception", known: false, role: "ask", addresses: ["192.168.1.60:47700"], open_for_pairing: true, since_ms: 0 }] } } },
  "pair-linked": { window: "main", screen: "devices", scene: busy, before: (host: FakeHost) => host.shell({ kind: "link", link: { means: "pair", ticket: TICKET } }) },
  "devices-linked": { window: "main", screen: "devices", scene: { ...busy, devices: [] }, before: (host: FakeHost) => host.shell({ kind: "link", link: { means: "device", ticket: TICKET } }) },
  "pair-connecting": dialog("enter", () => ({ side: "guest", way: "code", state: "connecting" })),
  "pair-choose": dialog("compare"),
  "pair-waiting": dialog("compare", soon),
  "pair-comparing": dialog("compare", () => ({ state: "comparing", words: WORDS, device: peer, ...soon() })),
  "pair-agreed": dialog("compare", () => ({ state: "agreed", words: WORDS, device: peer, ...soon() })),
  "pair-differ": dialog("compare", () => ({ state: "failed", ...failure("words_differ") })),
  "pair-done": dialog("show", () => ({ way: "code", state: "paired", device: peer })),
} satisfies Record<string, Stage>;
