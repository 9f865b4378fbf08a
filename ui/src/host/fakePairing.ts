// The pairing of the scripted engine: it shows what the engine would, and nobody comes by itself. Scenes push what the
// other device does.

import type { Commands, Failure, InviteRequest, PairingView } from "./api";

type PairingCommands = "invite_device" | "join_device" | "confirm_words" | "cancel_pairing" | "pairing";

const LIFE_MS = 5 * 60 * 1000;

/** A small pattern in the place of a QR code. */
const PATTERN = ["1111111", "1000001", "1011101", "1011101", "1011101", "1000001", "1111111"];

const NOTHING: Omit<PairingView, "revision" | "side" | "way" | "state"> = {
  code: null,
  ticket: null,
  qr: null,
  words: null,
  until_ms: null,
  device: null,
  failure: null,
};

const NOT_COMPARING: Failure = { code: "illegal_state", message: "no words are being compared", detail: null };

export function fakePairing(
  push: (view: PairingView) => void,
): { [N in PairingCommands]: (args: Commands[N][0]) => Commands[N][1] } {
  let current: PairingView | null = null;
  let revision = 0;
  const show = (view: Omit<PairingView, "revision">): PairingView => {
    revision += 1;
    current = { ...view, revision };
    push(current);
    return current;
  };

  return {
    invite_device: (request) => show({ ...NOTHING, ...shown(request), side: "host", state: "waiting" }),
    join_device: ({ with: secret }) =>
      show({ ...NOTHING, side: "guest", way: wayOf(secret), state: "connecting" }),
    confirm_words: ({ same }) => {
      if (current?.state !== "comparing") throw NOT_COMPARING;
      return show(same ? { ...current, state: "agreed" } : { ...current, ...NOTHING, state: "failed" });
    },
    cancel_pairing: () => {
      if (current !== null) show({ ...current, ...NOTHING, state: "cancelled" });
      return {};
    },
    pairing: () => ({ current }),
  };
}

function shown({ way = "code" }: InviteRequest): Pick<PairingView, "way" | "code" | "ticket" | "qr" | "until_ms"> {
  const ticket = way === "words" ? null : "chunkstream1fakeaaaabbbbccccddddeeee";
  return {
    way,
    code: way === "code" ? "482-913-578" : null,
    ticket,
    qr: ticket === null ? null : PATTERN,
    until_ms: Date.now() + LIFE_MS,
  };
}

/** What was entered tells the way, as the engine has it. */
function wayOf(secret: string | undefined): PairingView["way"] {
  const text = secret?.trim() ?? "";
  if (text === "") return "words";
  return /^[a-z]/i.test(text) ? "ticket" : "code";
}
