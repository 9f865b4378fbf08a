// The pairing of the scripted engine: it shows what the engine would, and nobody comes by itself. Scenes push what the
// other device does.

import type { Commands, Failure, InviteRequest, PairingView } from "./api";

type PairingCommands = "invite_device" | "join_device" | "confirm_words" | "cancel_pairing" | "pairing";

const LIFE_MS = 5 * 60 * 1000;

/** Looks like a QR code and is none. */
const SIZE = 33;
const PATTERN = Array.from({ length: SIZE }, (_, y) => Array.from({ length: SIZE }, (__, x) => (isDark(x, y) ? "1" : "0")).join(""));

function isDark(x: number, y: number): boolean {
  for (const [left, top] of [[0, 0], [SIZE - 7, 0], [0, SIZE - 7]] as const) {
    const ring = Math.max(Math.abs(x - left - 3), Math.abs(y - top - 3));
    if (ring <= 4) return ring !== 2 && ring !== 4;
  }
  return ((x * 7919 + y * 104_729 + x * y * 31) % 97) % 2 === 0;
}

const NOTHING: Omit<PairingView, "revision" | "side" | "way" | "state"> = {
  code: null,
  ticket: null,
  qr: null,
  words: null,
  until_ms: null,
  device: null,
  failure: null,
};

const DIFFER: Failure = { code: "words_differ", message: "the words differ", detail: null };
const NOT_COMPARING: Failure = { code: "illegal_state", message: "no words are being compared", detail: null };

interface FakePairing {
  commands: { [N in PairingCommands]: (args: Commands[N][0]) => Commands[N][1] };
  /** Whatever is pushed is how it stands: what the other device does. */
  take(view: PairingView): void;
}

export function fakePairing(push: (view: PairingView) => void): FakePairing {
  let current: PairingView | null = null;
  let revision = 0;
  const show = (view: Omit<PairingView, "revision">): PairingView => {
    const next = { ...view, revision: revision + 1 };
    push(next);
    take(next);
    return next;
  };
  const take = (view: PairingView) => {
    revision = view.revision;
    current = view;
  };

  const commands: FakePairing["commands"] = {
    invite_device: (request) => show({ ...NOTHING, ...shown(request), side: "host", state: "waiting" }),
    join_device: ({ with: secret }) =>
      show({ ...NOTHING, side: "guest", way: wayOf(secret), state: "connecting" }),
    confirm_words: ({ same }) => {
      if (current?.state !== "comparing") throw NOT_COMPARING;
      return show(same ? { ...current, state: "agreed" } : { ...current, ...NOTHING, state: "failed", failure: DIFFER });
    },
    cancel_pairing: () => {
      if (current !== null) show({ ...current, ...NOTHING, state: "cancelled" });
      return {};
    },
    pairing: () => ({ current }),
  };
  return { commands, take };
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
