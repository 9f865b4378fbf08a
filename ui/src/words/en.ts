// Every word that a person reads. Functions where a number or a name decides the form.
// A sentence states what the person sees and what happens next; it never shows a raw error.

import type { AuditKind, Code, Conflict, Direction, EntryFilter, EntryStanding, EntryViewKind, LimitedBy, NameProblemKind, OutboxOrder, Priority, Reason, Role, SelfCheck, Visibility, WatchedView } from "../host/api";
import type { Act } from "../state/shortcuts";
import { count, rate, size } from "../format/numbers";
import { duration, exact } from "../format/time";
import shell from "./shell/en.json";

const list = new Intl.ListFormat("en", { type: "conjunction" });
const plurals = new Intl.PluralRules("en");
const plural = (n: number, one: string, other: string): string =>
  `${count(n)} ${plurals.select(n) === "one" ? one : other}`;

/** What went wrong, and what to do next. `about` is the path, address or name that it is about. */
export type FailureWords = {
  severity: "info" | "warning" | "error";
  says: (about: string | null) => string;
  next: string;
};

/** What a full disk is about when it is the limit of the inbox folder that is reached. */
export const QUOTA = "quota";

const the = (about: string | null, other: string): string => (about === null ? other : `“${about}”`);

const failures: Record<Code, FailureWords> = {
  usage: {
    severity: "error",
    says: (about) => `${the(about, "Something in this request")} is not understood.`,
    next: "Check what was entered and try again.",
  },
  not_found: {
    severity: "warning",
    says: (about) => `${the(about, "What you asked for")} is no longer there.`,
    next: "It may have been removed in the meantime. Nothing else has changed.",
  },
  illegal_state: {
    severity: "info",
    says: () => "That is not possible any more: the transfer has moved on.",
    next: "Look at its row for where it stands now.",
  },
  bad_target: {
    severity: "warning",
    says: (about) => `${the(about, "This")} is no ticket, address or known device.`,
    next: "Copy the ticket from the other device once more, all of it.",
  },
  unreachable: {
    severity: "warning",
    says: () => "The device did not answer.",
    next: "Check that ChunkStream Pro runs there and that both are on a network, then retry.",
  },
  identity_refused: {
    severity: "error",
    says: () => "This is not the device that you named, or it does not let you in.",
    next: "Nothing was sent. Ask its owner for a new ticket, and whether your device is blocked there.",
  },
  declined: {
    severity: "info",
    says: () => "The other side said no.",
    next: "Nothing was sent. Talk to them, then retry.",
  },
  cancelled_by_peer: {
    severity: "info",
    says: () => "Cancelled at the other device.",
    next: "Retry if that was a mistake.",
  },
  source_unreadable: {
    severity: "error",
    says: (about) => `${the(about, "A file")} cannot be read.`,
    next: "Check that it still exists and that you may open it, then retry.",
  },
  source_changed: {
    severity: "warning",
    says: (about) => `${the(about, "A file")} changed while it was being sent.`,
    next: "Nothing mixed was delivered. Send again, so that the new version arrives.",
  },
  disk_full: {
    severity: "warning",
    says: (about) =>
      about === QUOTA ? "It goes beyond the limit of the inbox folder, which the settings can raise." : "The disk is full.",
    next: "Everything received is kept. Free space and try again, or choose another folder.",
  },
  disk_unwritable: {
    severity: "error",
    says: (about) => `${the(about, "The folder")} cannot be written.`,
    next: "Check that it exists and that you may write there, or choose another folder.",
  },
  bad_path: {
    severity: "error",
    says: (about) => `${the(about, "A name in this transfer")} is not possible on this system.`,
    next: "Nothing was written. Ask the sender to rename it and send again.",
  },
  integrity: {
    severity: "error",
    says: (about) => `${the(about, "What arrived")} does not match what was sent.`,
    next: "It was not put in its place. Retry; if it happens again, check both disks.",
  },
  protocol: {
    severity: "error",
    says: () => "The other device said something that makes no sense.",
    next: "Bring ChunkStream Pro to the same version on both sides and retry.",
  },
  connection_lost: {
    severity: "warning",
    says: () => "The connection was lost and did not come back.",
    next: "Everything received is kept. Retry when both devices are on the network.",
  },
  database: {
    severity: "error",
    says: () => "The record of transfers cannot be used.",
    next: "Check that the disk has space and works, then start ChunkStream Pro again.",
  },
  database_newer: {
    severity: "error",
    says: () => "The record of transfers was written by a newer ChunkStream Pro.",
    next: "Nothing was changed. Start that newer program, or bring this one to the same version.",
  },
  database_damaged: {
    severity: "error",
    says: () => "The record of transfers is damaged, or another program wrote it.",
    next: "Start ChunkStream Pro again: it offers to set the record aside. Files that have arrived stay.",
  },
  already_running: {
    severity: "warning",
    says: () => "ChunkStream Pro already runs with this data.",
    next: "Use the window that is open, or close the other program first.",
  },
  listen_failed: {
    severity: "error",
    says: (about) => `${the(about, "The network port")} cannot be used.`,
    next: "Another program may hold it. Close that one, then start ChunkStream Pro again.",
  },
  wrong_code: {
    severity: "error",
    says: () => "The code is not the one that the other device shows.",
    next: "Nothing was let in. Let the other device show a new code. If it happens with the right code, somebody may stand between.",
  },
  code_spent: {
    severity: "warning",
    says: () => "The code or ticket is no longer valid.",
    next: "Each works once and for a short time. Let the other device show a new one.",
  },
  not_pairing: {
    severity: "warning",
    says: () => "The other device is not waiting to be paired in this way.",
    next: "Let it show a code, then enter that. After several wrong codes, wait ten minutes.",
  },
  over_rule: {
    severity: "warning",
    says: () => "It is more, or something else, than your rule for this device lets in.",
    next: "Look at what it brings, then take it or leave it. The rule stands with the device.",
  },
  words_differ: {
    severity: "error",
    says: () => "The words on the two screens differ.",
    next: "Nothing was let in. Somebody may stand between the devices: pair by a code, or in another network.",
  },
  no_network: {
    severity: "warning",
    says: () => "This computer is in no network.",
    next: "Connect it by cable or Wi-Fi; what waits starts by itself then.",
  },
  udp_blocked: {
    severity: "error",
    says: () => "Datagrams (UDP) do not reach this program.",
    next: "Allow ChunkStream Pro in the firewall of this computer, for incoming and outgoing UDP.",
  },
  discovery_failed: {
    severity: "warning",
    says: () => "The local network cannot be searched.",
    next: "Devices are still reached by address, ticket or code. A firewall may block multicast (UDP 5353).",
  },
  wrong_passphrase: {
    severity: "error",
    says: () => "The passphrase is not the one of this file, or the file was changed.",
    next: "Nothing was changed here. Try again, or take another copy of the file.",
  },
  key_unavailable: {
    severity: "error",
    says: () => "The key of this device cannot be had.",
    next: "No other key was made, so that others still know this device. Unlock the system’s keyring and start again, or take up an exported key.",
  },
  internal: {
    severity: "error",
    says: () => "Something went wrong inside ChunkStream Pro.",
    next: "Try again. If it happens again, start the program anew: nothing received is lost.",
  },
};

/** What a sentence about a standing transfer may speak of. */
export type Standing = {
  direction: Direction;
  device: string;
  /** The file or folder that it is about. */
  about: string | null;
  /** Bytes that are still to come. */
  left: number;
  /** Bytes that the folder cannot take of them; 0 where that is not known. */
  short: number;
  /** When it is given up. */
  until: string | null;
};

/** Why a transfer stands where it stands, seen from this side of it, and what happens next. */
const reasons: Record<Reason, (standing: Standing) => string> = {
  waiting_for_device: ({ device, until }) =>
    until === null ? `Starts by itself when ${device} is there.` : `Starts by itself when ${device} is there, until ${until}.`,
  waiting_for_answer: ({ direction, device }) =>
    direction === "sending" ? `Offered. It starts when ${device} accepts.` : "Waiting for your answer in the inbox.",
  reconnecting: () => "Connection lost. Everything received is kept; it goes on by itself.",
  queued: () => "Waiting for its turn. Another transfer goes first; it starts by itself.",
  paused_here: () => "Paused by you. Everything received is kept.",
  paused_by_peer: ({ device }) => `Paused at ${device}. It goes on when it is resumed there.`,
  over_rule: ({ device, about }) =>
    about === null
      ? `${device} sends more than your rule for it lets in. Resume to take all of it, or cancel; what arrived is kept.`
      : `${device} sends ${about}, which your rule for it asks about. Resume to take it, or cancel; what arrived is kept.`,
  source_changed: ({ direction, device, about }) =>
    direction === "sending"
      ? `${the(about, "A file")} changed since it was offered. Cancel and send again, so that the new version arrives.`
      : `A file changed at ${device} since it was offered. It goes on when that is decided there.`,
  source_unreadable: ({ direction, device, about }) =>
    direction === "sending"
      ? `${the(about, "A file")} cannot be read. Check that it is still there and that you may open it, then try again.`
      : `A file cannot be read at ${device}. It goes on when that is mended there.`,
  disk_full: ({ direction, device, about, left, short }) => {
    if (direction === "sending") return `The disk of ${device} is full. It goes on when there is space again.`;
    if (short > 0) {
      return about === QUOTA
        ? `The limit of the inbox folder is reached: ${size(short)} more are needed. Raise it in the settings or remove something there, then try again; everything received is kept.`
        : `The disk is full: ${size(short)} more are needed. Free that much, then try again; everything received is kept.`;
    }
    return about === QUOTA
      ? `The limit of the inbox folder is reached, and ${size(left)} are still to come. Raise it in the settings or remove something there, then try again; everything received is kept.`
      : `The disk is full, and ${size(left)} are still to come. Free space, then try again; everything received is kept.`;
  },
  disk_unwritable: ({ direction, device, about }) =>
    direction === "receiving"
      ? `${the(about, "The folder")} cannot be written. Check that it is there and that you may write to it, then try again; everything received is kept.`
      : `${device} cannot write the files. It goes on when that is mended there.`,
  database: () =>
    "The record of transfers cannot be written. Check that the disk of this program’s data has space; it goes on by itself then, and everything received is kept.",
  finishing: () => "Everything is there. Comparing both sides and putting the files in their places.",
};

/** What limits a transfer that moves, seen from this side of it. */
const limitedBy: Record<LimitedBy, (device: string, direction: Direction) => string> = {
  transfer_limit: () => "Limited by the speed limit that you set for this transfer.",
  device_limit: (device) => `Limited by the speed limit that you set for ${device}.`,
  engine_limit: () => "Limited by the speed limit that you set for all devices.",
  disk: (_device, direction) =>
    direction === "sending"
      ? "Limited by this device’s disk: sending waits for files to be read."
      : "Limited by this device’s disk: receiving waits for what came to be written.",
  processor: () => "Limited by this device’s processors: sending waits for checksums.",
  network: (device) => `Limited by the network: what has been read waits for the path to ${device}.`,
  peer_limit: (device) => `Limited by a speed limit that is set on ${device}.`,
  peer_disk: (device) => `Limited by ${device}’s disk: sending waits for what arrived there to be written.`,
};

const priorities: Record<Priority, string> = { normal: "Normal", high: "High", critical: "Critical" };
const roles: Record<Role, { name: string; means: string }> = {
  mine: { name: "Mine", means: "Accepted without asking: another device of yours" },
  trusted: { name: "Trusted", means: "Accepted without asking" },
  ask: { name: "Ask", means: "Each offer waits for your answer" },
  blocked: { name: "Blocked", means: "Reaches nothing" },
};
const kinds: Record<EntryViewKind, string> = { file: "File", folder: "Folder", symlink: "Link" };

const conflicts: Record<Conflict, { name: string; means: string }> = {
  rename: { name: "Keep both", means: "What arrives gets a number behind its name" },
  overwrite: { name: "Replace", means: "What arrives takes the place of what is there" },
  skip: { name: "Skip", means: "What is there stays; the new one is not received" },
  skip_identical: { name: "Skip if identical", means: "The same content is not received again; else both are kept" },
  ask: { name: "Ask", means: "Each offer waits for your answer, from trusted devices too" },
};
const outboxOrders: Record<OutboxOrder, { name: string; means: string }> = {
  together: { name: "All at once", means: "What waits starts together and shares the link by its priorities" },
  oldest: { name: "Oldest first", means: "What was sent first goes first, the rest waits for its turn" },
  smallest: { name: "Smallest first", means: "What has the fewest bytes goes first, the rest waits for its turn" },
};
const nameProblems: Record<NameProblemKind, string> = {
  unholdable: "not possible as a name on this system",
  collision: "the same name as another entry on this system",
};

/** A sentence of the log: who it is about, and what the entry says under a word; null if it says nothing. */
export type AuditWords = (who: string, says: (word: string) => string | null) => string;
const tail = (before: string, text: string | null): string => (text === null ? "" : `${before}${text}`);

const files = (n: number): string => plural(n, "file", "files");

export const en = {
  /** What the tray, the notifications and a failed start say: the shell reads the same file. */
  shell,
  product: "ChunkStream Pro",
  failures,
  reasons,
  limitedBy,
  priorities,
  roles,
  kinds,
  conflicts,
  outboxOrders,
  files,
  quantity: (n: number, bytes: number): string => `${files(n)}, ${size(bytes)}`,
  /** A phrase of the catalogue where it stands alone. */
  sentence: (phrase: string): string => `${phrase}.`,
  close: "Close",
  cancel: "Cancel",
  copy: "Copy",
  copied: "Copied",
  dismiss: "Put away",
  clearSearch: "Clear the search",
  unknownDevice: "Unknown device",
  andMore: (n: number): string => `and ${count(n)} more`,

  keys: {
    title: "Keyboard shortcuts",
    text: "Tab goes from control to control, arrows within lists and menus, Escape closes.",
    control: "Ctrl",
    shift: "Shift",
    named: { Enter: "Enter" } as Readonly<Record<string, string>>,
    acts: {
      "go-send": "Send",
      "go-activity": "Activity",
      "go-history": "History",
      "go-devices": "Devices",
      "go-settings": "Settings",
      "choose-files": "Choose files",
      "choose-folders": "Choose folders",
      send: "Send what is chosen",
      inbox: "Open the inbox",
      pair: "Pair a device",
      search: "Search the history",
      keys: "This list",
    } satisfies Record<Act, string>,
  },

  first: {
    title: "Welcome",
    step: (n: number, all: number): string => `Step ${count(n)} of ${count(all)}`,
    skip: "Skip",
    back: "Back",
    next: "Next",
    done: "Start",
    name: { title: "What is this device called?", hint: "Others see this name when you send something." },
    seen: { title: "Who may find it nearby?", hint: "You can change this at any time on the Devices screen." },
    place: { title: "Where shall received files be put?", hint: "You decide about each offer, unless you trust a device." },
  },

  selfTest: {
    title: "Self-test",
    running: "Testing this device…",
    failed: "The test could not be run.",
    again: "Test again",
    fine: {
      port: (address: string): string => `Listening on ${address}`,
      udp: (): string => "Datagrams come and go",
      discovery: (): string => "The local network is searched",
      disk: (folder: string): string => `Received files go to ${folder}`,
    } satisfies Record<SelfCheck, (about: string) => string> as Readonly<Record<SelfCheck, (about: string) => string>>,
  },

  crash: {
    title: "This window has stopped working",
    text: "Transfers go on in the background; nothing received is lost.",
    reload: "Draw it again",
    copy: "Copy what happened",
    copyLabel: "Report for the maintainers",
  },

  quit: {
    title: "Quit ChunkStream Pro?",
    text: (n: number): string =>
      `${plural(n, "transfer is", "transfers are")} under way. ${n === 1 ? "It is kept and goes" : "They are kept and go"} on when the program is started again.`,
    yes: "Quit",
    no: "Keep running in the background",
  },

  pane: {
    broke: "This part of the window has stopped working.",
    next: "Transfers go on in the background.",
    again: "Show it again",
  },

  nav: {
    label: "Screens",
    send: "Send",
    activity: "Activity",
    history: "History",
    devices: "Devices",
    settings: "Settings",
    inbox: "Inbox",
    openInbox: (offers: number): string => (offers === 0 ? "Open the inbox" : `Open the inbox, ${plural(offers, "offer", "offers")}`),
    inProgress: (n: number): string => `${count(n)} in progress`,
  },

  strip: {
    label: "Status",
    down: (bytesPerSecond: number): string => `Receiving ${rate(bytesPerSecond)}`,
    up: (bytesPerSecond: number): string => `Sending ${rate(bytesPerSecond)}`,
    active: (n: number): string => `${count(n)} active`,
    queued: (n: number): string => `${count(n)} waiting`,
    needsYou: (n: number): string => `${count(n)} ${plurals.select(n) === "one" ? "needs" : "need"} you`,
    idle: "Nothing to do",
    connecting: "Starting…",
  },

  send: {
    title: "Send",
    drop: "Drop files and folders here",
    dropHint: "or anywhere in this window",
    dropNow: "Drop to add to what you send",
    dropOn: (device: string): string => `Drop to send to ${device} at once`,
    measure: {
      counting: (n: number, bytes: number): string => `at least ${files(n)}, ${size(bytes)}, still counting`,
      unreadable: (n: number): string => `${plural(n, "item", "items")} cannot be read and will be left out`,
      unreadableLabel: "What cannot be read",
    },
    chooseFiles: "Choose files…",
    chooseFolder: "Choose folder…",
    chosen: (n: number): string => plural(n, "item chosen", "items chosen"),
    remove: (name: string): string => `Remove ${name}`,
    clear: "Clear",
    to: "Send to",
    targetLabel: "Ticket or address",
    targetPlaceholder: "Paste a ticket, or DEVICE-ID@HOST:PORT",
    target: {
      ticket: "A ticket. The device is checked when the connection is made.",
      address: "An address. The device is checked when the connection is made.",
      device: (name: string): string => `Your device ${name}.`,
      port: "Add the port: DEVICE-ID@HOST:PORT.",
      id: "The part before @ must be a device id.",
      unknown: "Not a ticket, an address or a known device yet.",
    },
    devices: "Known devices",
    noDevices: "Devices that you send to or receive from appear here.",
    online: "Online",
    offline: "Offline, will be sent when it is back",
    priority: "Priority",
    button: "Send",
    buttonTo: (n: number): string => `Send to ${plural(n, "device", "devices")}`,
    sending: "Sending…",
    takenUp: (devices: readonly string[]): string =>
      devices.length === 1
        ? `Went on with the unfinished transfer to ${list.format(devices)}.`
        : `Went on with the unfinished transfers to ${list.format(devices)}.`,
    takenUpWhy: "The same files were on their way there already.",
    asNew: (n: number): string => (n === 1 ? "Send as a new one" : "Send as new ones"),
    missing: {
      both: "Choose files and a device.",
      files: "Choose files or a folder.",
      device: "Choose a device, or paste a ticket.",
      target: "Complete the ticket or address.",
    },
    ready: (n: number): string => `${plural(n, "item", "items")} ready to go.`,
    own: "To receive, give others this ticket",
    ownHint: "They paste it under “Send to”. You decide about each offer in the inbox.",
    ownTicket: "Your ticket",
    ownId: "Device id",
    starting: "The ticket appears when the engine has started.",
  },

  activity: {
    title: "Activity",
    needsYou: "Needs you",
    underWay: "Under way",
    finished: "Finished",
    pauseAll: "Pause all",
    resumeAll: "Resume all",
    empty: "Nothing is being sent or received",
    emptyHint: "What you send and what you accept appears here, and stays until you remove it.",
    toSend: "Send something",
    peer: (direction: Direction, device: string): string => (direction === "sending" ? `to ${device}` : `from ${device}`),
    direction: { sending: "Sending", receiving: "Receiving" } satisfies Record<Direction, string>,
    progressLabel: (title: string): string => `Progress of ${title}`,
    progress: (part: string, all: string, percent: number): string => `${part} of ${all} (${percent} %)`,
    announced: (part: string, all: string): string => `${part} of at least ${all}, still counting`,
    left: (seconds: number): string => `${duration(seconds)} left`,
    total: (all: string, n: number): string => `${all} in ${files(n)}`,
    arrived: (all: string, n: number, when: string): string => `${all} in ${files(n)}, verified on both sides, ${when}`,
    ended: (part: string, all: string, when: string): string => `${part} of ${all} had arrived, ${when}`,
    kept: (part: string, all: string, when: string): string => `${part} of ${all} are kept for a retry, ${when}`,
    offered: "Offered to you. Answer in the inbox.",
    states: {
      offered: "Offer",
      waiting: "Waiting",
      preparing: "Preparing",
      reconnecting: "Reconnecting",
      paused: "Paused",
      stopped: "Needs you",
      completing: "Finishing",
      completed: "Completed",
      failed: "Failed",
      declined: "Declined",
      cancelled: "Cancelled",
    },
    pause: (title: string): string => `Pause ${title}`,
    resume: (title: string): string => `Resume ${title}`,
    cancel: (title: string): string => `Cancel ${title}`,
    more: (title: string): string => `More for ${title}`,
    priority: "Priority",
    limit: "Speed limit",
    noLimit: "No limit",
    removeFromList: "Remove from list",
    clearFinished: "Clear finished",
    showMore: (n: number): string => `Show ${count(n)} more`,
    showInFolder: "Show in folder",
    copyId: "Copy transfer id",
    details: (title: string): string => `Details of ${title}`,
    retry: "Retry",
    retryLabel: (title: string): string => `Retry ${title}`,
    tryAgain: "Try again",
    tryAgainLabel: (title: string): string => `Try again: ${title}`,
    askAgain: "Ask for it again",
    askAgainLabel: (title: string): string => `Ask for it again: ${title}`,
    declinedHere: "You said no. Nothing was received; you can ask for it again.",
    askedFor: (device: string): string => `Waiting for ${device} to send it again. Everything received is kept.`,
    keptHere: (bytes: number): string => `${size(bytes)} are kept in the target folder. A retry goes on from there.`,
    keptThere: (bytes: number, device: string): string =>
      `${size(bytes)} had arrived. A retry goes on from there, unless they were removed at ${device}.`,
    notKept: "Nothing is kept. A retry begins anew.",
    removePartial: "Remove partial files…",
    confirmRemovePartial: {
      title: (title: string): string => `Remove the partial files of “${title}”?`,
      text: (bytes: number): string => `${size(bytes)} that have arrived are deleted. A retry begins anew.`,
      yes: "Remove",
      no: "Keep them",
    },
    changed: {
      says: (n: number, gone: number): string => {
        if (gone >= n)
          return n === 1
          ? "The file is gone since it was offered. Go on without it?"
          : `${files(n)} are gone since they were offered. Go on without them?`;
        const which = n === 1 ? "A file changed since it was offered" : `${files(n)} changed since they were offered`;
        const lost = gone === 0 ? "" : `, ${count(gone)} of them ${plurals.select(gone) === "one" ? "is" : "are"} gone`;
        return `${which}${lost}. Send the new version, or leave ${n === 1 ? "it" : "them"} out?`;
      },
      label: "Changed files",
      send: "Send new version",
      leaveOut: "Leave out",
      goneToo: "What is gone is left out in either case. Or put it back and try again.",
      putBack: "Or put it back and try again.",
    },
    verification: {
      verify: "Verify again",
      verifyLabel: (title: string): string => `Verify again: ${title}`,
      running: (part: string, all: string, percent: number): string => `Verifying again: ${part} of ${all} (${percent} %)`,
      progressLabel: (title: string): string => `Verification of ${title}`,
      found: (sound: number, changed: number, missing: number, when: string): string => {
        if (changed + missing === 0) return `Verified again, ${when}: ${sound === 1 ? "the file is" : `all ${files(sound)} are`} what arrived.`;
        const damage = [changed > 0 ? `${count(changed)} changed` : "", missing > 0 ? `${count(missing)} missing` : ""];
        return `Verified again, ${when}: ${[`${count(sound)} sound`, ...damage.filter((part) => part !== "")].join(", ")}.`;
      },
      changedTitle: (n: number): string => `${files(n)} with another content than arrived`,
      missingTitle: (n: number): string => `${files(n)} not there any more`,
      next: (device: string): string => `They were changed, moved or deleted here since they arrived. ${device} can send them again.`,
    },
    facts: {
      from: "From",
      into: "Into",
      begun: "Begun",
      until: "Waits until",
      root: "BLAKE3",
    },
    chart: {
      rate: "Throughput",
      rtt: "Round trip",
      lost: "Packets lost",
      ms: (n: number): string => `${count(Math.round(n))} ms`,
      perSecond: (n: string): string => `${n}/s`,
      most: (value: string): string => `at most ${value}`,
    },
    chunkMap: {
      title: "Chunks",
      there: (part: string, all: string, percent: number): string => `${part} of ${all} are there (${percent} %)`,
      flying: (n: string): string => `${n} on their way`,
      recovered: (n: string): string => `${n} rebuilt from parity`,
      legendLabel: "What the shapes mean",
      legend: { r: "There", p: "Rebuilt from parity", f: "On its way", ".": "Missing" },
    },
    dragOut: "Drag it into a folder or another program",
    fileList: {
      title: (n: number): string => `Files (${count(n)})`,
      label: (title: string): string => `Files of ${title}`,
      which: "Which files",
      filters: { all: "All", unfinished: "Not there yet", left_out: "Left out" } satisfies Record<EntryFilter, string>,
      none: {
        all: "Nothing has been found yet.",
        unfinished: "Every file is there.",
        left_out: "Nothing is left out.",
      } satisfies Record<EntryFilter, string>,
      cut: (n: number): string => `The first ${count(n)} of them.`,
      standings: {
        waiting: "Waiting",
        partial: "In part",
        done: "There",
        changed: "Changed",
        withdrawn: "Left out",
        skipped: "Not received",
      } satisfies Record<EntryStanding, string>,
      part: (percent: number): string => `${percent} %`,
      storedAs: (path: string): string => `stored as ${path}`,
    },
    ways: {
      title: "Paths",
      used: "in use",
      other: "also known",
      lost: (share: string): string => `${share} lost`,
    },
    repair: {
      title: "Loss and repair",
      lost: "Packets lost",
      resent: "Chunks sent again",
      cost: "Parity sent",
      gain: "Chunks rebuilt from parity",
    },
    timeLine: {
      title: "What happened",
      made: { sending: "Chosen to be sent", receiving: "Offered to this device" } satisfies Record<Direction, string>,
      again: "Begun again",
      moving: "Moving",
      why: {
        waiting_for_device: "Waiting for the device",
        waiting_for_answer: "Waiting for an answer",
        reconnecting: "Connection lost",
        queued: "Waiting for its turn",
        paused_here: "Paused here",
        paused_by_peer: "Paused at the other device",
        over_rule: "Beyond the rule for the device",
        source_changed: "A file changed",
        source_unreadable: "A file could not be read",
        disk_full: "The disk was full",
        disk_unwritable: "The folder could not be written",
        database: "The record could not be written",
        finishing: "Everything there, comparing",
      } satisfies Record<Reason, string> as Readonly<Record<Reason, string>>,
      checked: "Verified again",
    },
    confirmCancel: {
      title: (title: string): string => `Cancel “${title}”?`,
      text: (direction: Direction): string =>
        direction === "sending"
          ? "It stops on both devices. Your files stay as they are, and what has arrived is kept there for a retry."
          : "It stops on both devices. What has arrived is kept for a retry, until you remove it.",
      yes: "Cancel transfer",
      no: "Keep it",
    },
  },

  history: {
    title: "History",
    lists: "What is shown",
    list: { transfers: "Transfers", log: "Security log" },
    search: "Search by name, device or folder",
    shownLabel: "Which",
    shown: { all: "All", sent: "Sent", received: "Received", failed: "Not arrived" },
    count: (n: number): string => plural(n, "transfer", "transfers"),
    empty: "Nothing has ended yet",
    emptyHint: "Each transfer that has arrived, failed or was cancelled stays here with its receipt, until you remove it.",
    nothing: "Nothing found",
    nothingHint: "No transfer has all these words in its name, device or folder.",
    showAll: "Show all",
    receipt: {
      title: "Receipt",
      copy: "Copy receipt",
      result: "Result",
      verified: "Arrived, verified on both sides",
      why: "Why",
      to: "To",
      from: "From",
      device: "Device id",
      contents: "Contents",
      arrived: "Had arrived",
      begun: "Begun",
      ended: "Ended",
      average: "Average",
      recovered: "Chunks recovered from parity",
      again: "Chunks sent again",
      id: "Transfer id",
      save: "Save receipt…",
      file: (title: string): string => `${title}, receipt.txt`,
      written: (n: number, path: string): string => `Receipt over ${files(n)} written to ${path}.`,
      files: (n: number): string => `Files and their roots (${count(n)})`,
      filesLabel: "Files and their BLAKE3 roots",
      noRoot: "no root is recorded",
      moreInFile: "Save the receipt for all of them.",
    },
    log: {
      title: "Security log",
      file: "chunkstream-log.csv",
      what: "What happened",
      device: "Device",
      anyDevice: "Any device",
      groups: { all: "Everything", devices: "Devices", offers: "Offers", refused: "Refused", keys: "Keys" },
      write: "Write to a file…",
      written: (n: number, path: string): string => `${plural(n, "entry", "entries")} written to ${path}.`,
      empty: "Nothing of that kind has happened",
      emptyHint: "Pairings, roles, offers and their answers, refusals and alarms are noted here. It stays on this device.",
      here: "This device",
      somebody: "Somebody",
      times: (n: number): string => `${count(n)} times`,
      words: {
        person: "by you",
        rule: "by a rule",
        keyring: "the system’s keyring",
        file: "a file",
        blocked: "it is blocked",
        protocol: "it said something that makes no sense",
        too_many_offers: "too many offers",
        bad_manifest: "its list of files makes no sense",
        alarm: "an alarm is open",
      } as Readonly<Record<string, string>>,
      kinds: {
        paired: (who, says) => `${who} was paired${tail(", may: ", says("role"))}`,
        pairing_failed: (who, says) => `A pairing with ${who} failed${tail(": ", says("reason"))}`,
        role_changed: (who, says) => `${who} has another role: ${says("to") ?? "?"}${tail(", was ", says("from"))}`,
        rule_changed: (who, says) => (says("rule") === null ? `The rule of ${who} was lifted` : `${who} has another rule`),
        device_renamed: (who, says) => `A device was renamed to ${says("to") ?? who}`,
        device_forgotten: (who) => `${who} was forgotten`,
        offer_sent: (who, says) => `Offered to ${who}${tail(": ", says("title"))}`,
        offer_received: (who, says) => `${who} offered${tail(" ", says("title"))}`,
        offer_accepted: (who, says) => `An offer of ${who} was accepted${tail(" ", says("by"))}`,
        offer_declined: (who) => `An offer of ${who} was declined`,
        offer_stopped: (who, says) => `An offer of ${who} outgrew its rule and waits for you${tail(": ", says("reason"))}`,
        refused: (who, says) => `${who} was refused${tail(": ", says("reason"))}${tail(", from ", says("address"))}`,
        identity_alarm: (who, says) =>
          says("reason") === "same_name"
            ? `A stranger has called itself ${who}${tail(", at ", says("address"))}`
            : `Another key where ${who} should be${tail(", at ", says("address"))}`,
        alarm_acknowledged: (who) => `The alarm about ${who} was decided`,
        key_created: () => "A key was made for this device",
        key_exported: () => "The key was written to a file with a passphrase",
        key_imported: () => "The key came from a file",
        key_rotated: () => "The key was replaced",
        key_moved: (_who, says) => `The key was moved${tail(" to ", says("to"))}`,
        peer_key_rotated: (who) => `${who} replaced its key and proved it by the old one`,
        events_lost: () => "Entries could not be written, because the record could not",
      } satisfies Record<AuditKind, AuditWords> as Readonly<Record<AuditKind, AuditWords>>,
    },
  },

  link: {
    filled: "A link has filled this in; nothing has happened yet. Go on only if you know who gave you the link.",
    busy: "A link was opened. What you have entered here stays; finish or close it, then open the link again.",
  },

  pair: {
    button: "Pair a device…",
    title: "Pair a device",
    text: "Once paired, the two devices know each other by their keys, wherever they are.",
    ways: "How to pair",
    way: { show: "Show a code", enter: "Enter a code", compare: "Compare words" },
    otherDevice: "the other device",
    connecting: "Reaching the other device…",
    connectingWords: "Reaching the other device. It must be waiting, too.",
    done: (device: string): string => `Paired with ${device}`,
    may: "It may send here:",
    finish: "Done",
    show: {
      making: "Making a code…",
      another: "Show a new code",
      codeLabel: "Code",
      qr: "QR code of the ticket, to scan with the other device",
      left: (time: string): string => `Valid for ${time}, once`,
      steps: [
        "On the other device, choose “Pair a device” and “Enter a code”.",
        "Type this code there, or scan the picture.",
        "Keep this open until both say that they are paired.",
      ] as readonly string[],
      ticket: "Ticket for pairing",
      copyTicket: "Copy as ticket",
      ticketHint: "To paste, when you can send it safely.",
    },
    enter: {
      secret: "Code or ticket",
      secretPlaceholder: "482-913-578, or a ticket",
      read: {
        empty: "The other device shows it under “Pair a device”.",
        code: "A code.",
        ticket: "A ticket. It says itself where its device is.",
        incomplete: "A code has nine digits; a ticket is one long word.",
      },
      place: "Address of the other device",
      placePlaceholder: "192.168.1.31",
      placeHint: "It stands in the settings of the other device, under Network.",
      placeNearby: "Not needed for a device nearby. Else it stands in its settings, under Network.",
      waiting: "Devices nearby that wait to be paired",
      button: "Pair",
    },
    compare: {
      text: "Both screens show the same words, if nobody stands between them. One device waits, the other one comes to it.",
      wait: "Wait here",
      waitText: "The other device comes to this one.",
      waitButton: "Wait for the other device",
      waiting: "Waiting for the other device to come.",
      go: "Go to the other device",
      goButton: "Go there",
      ask: (device: string): string => `Are these words, in this order, on the screen of ${device}, too?`,
      label: "Words to compare",
      left: (time: string): string => `${time} left to compare`,
      same: "They are the same",
      differ: "They differ",
      agreed: "You have said that they are the same. Waiting for the other side to say so, too.",
    },
  },

  devices: {
    title: "Devices",
    sendLimit: (device: string): string => `Limit of sending to ${device}`,
    receiveLimit: (device: string): string => `Limit of receiving from ${device}`,
    limits: { title: "Speed limits", send: "Send at most", receive: "Receive at most" },
    known: "Your devices",
    seen: "Seen, not decided yet",
    blocked: "Blocked",
    empty: "No devices yet",
    emptyHint: "Pair one by a code, or send to somebody by a ticket: the device is remembered.",
    details: (name: string): string => `Details of ${name}`,
    addresses: "Last reached at",
    noAddresses: "No address is known. It is found when it comes near, or by a ticket.",
    nearbyNow: "Nearby",
    visibility: {
      title: "Who may find this device nearby",
      choices: { nobody: "Nobody", my_devices: "My devices", everyone: "Everyone" } satisfies Record<Visibility, string>,
      means: {
        nobody: "Nothing is announced in the local network. This device still finds others.",
        my_devices: "Devices that know this one find it; to all others its announcement means nothing.",
        everyone: "Everyone in the local network sees its name and id.",
      } satisfies Record<Visibility, string>,
      falls: (left: string): string => `Everyone in the local network sees its name and id, for ${left} more.`,
      problem: "The local network cannot be searched now. Devices are still reached by address, ticket or code.",
    },
    nearby: {
      title: "Nearby, unknown",
      none: "Nobody else can be seen in the local network now.",
      open: "Waits to be paired",
      pair: "Pair…",
      pairLabel: (name: string): string => `Pair… ${name}`,
    },
    menu: {
      label: (name: string): string => `More for ${name}`,
      rename: "Rename…",
      copyId: "Copy device id",
      block: "Block…",
      forget: "Forget…",
    },
    rename: {
      title: (name: string): string => `Rename ${name}`,
      label: "Name",
      hint: "Only you see this name. The device keeps its own.",
      long: "That is too long for a name.",
    },
    confirmBlock: {
      title: (name: string): string => `Block ${name}?`,
      text: "It can no longer connect or offer anything here, and is not told why. What is under way with it stops. You can take this back.",
      yes: "Block",
      no: "Do not block",
    },
    rule: {
      tag: "Rule",
      title: "Accepted without asking",
      label: (name: string): string => `What ${name} may bring without asking`,
      hint: "Everything, unless you limit it here. What is beyond it waits for your answer in the inbox.",
      upTo: "Only up to a size of",
      types: "Only these types; any if none is ticked",
      kinds: { images: "Images", audio: "Audio", video: "Video", documents: "Documents", archives: "Archives" },
      endings: "Other endings",
      endingsPlaceholder: "blend, stl",
      wrongEnding: (ending: string): string => `“${ending}” is no ending: letters and digits only, 16 at most.`,
      folder: "Into the folder",
      folderPlaceholder: "{device}/{date}",
      folderHint: "Below the inbox folder, or anywhere by its full path. {device} and {date} are filled in; the inbox folder if it is empty.",
      choose: "Choose the folder…",
      remove: "Lift all limits",
    },
    add: "Add",
    addLabel: "Add a device by its ticket",
    addPlaceholder: "Ticket of the other device",
    role: (name: string): string => `What ${name} may do`,
    forget: "Forget",
    forgetLabel: (name: string): string => `Forget ${name}`,
    sendTo: (name: string): string => `Send to ${name}`,
    online: "Online",
    offline: "Offline",
    lastSeen: (when: string): string => `last seen ${when}`,
    neverSeen: "never seen yet",
    confirmForget: {
      title: (name: string): string => `Forget ${name}?`,
      text: "Its role and addresses are removed here. If it offers something again, it is an unknown device.",
      yes: "Forget device",
      no: "Keep it",
    },
  },

  alarm: {
    title: {
      other_key: (device: string): string => `This is not the ${device} that you paired with`,
      same_name: (device: string): string => `A stranger calls itself ${device}`,
    },
    text: {
      other_key: (device: string, address: string): string =>
        `At ${address}, where ${device} was, a device with another key has answered. Nothing is sent to ${device} until you decide.`,
      same_name: (device: string, address: string): string =>
        `A device at ${address} uses the name of ${device} and is not it. Nothing that it offers is accepted until you decide.`,
    },
    expected: "You know",
    found: "Found",
    seen: (n: number, when: string): string => (n === 1 ? `Seen once, ${when}.` : `Seen ${count(n)} times since ${when}.`),
    next: {
      other_key: (device: string): string =>
        `Ask the owner of ${device}, not over this network: was the program installed anew? If so, pair anew. If not, somebody may pose as it: block it and use another network.`,
      same_name: (device: string): string =>
        `Ask the owner of ${device} whether this is another device of theirs. If not, somebody may pose as it: block it.`,
    },
    block: "Block what was found",
    pair: { other_key: "Forget the old one and pair anew…", same_name: "Pair with it…" },
    keep: {
      other_key: (device: string): string => `Go on with the ${device} that I know`,
      same_name: (): string => "It may keep the name",
    },
  },

  settings: {
    title: "Settings",
    name: "Name of this device",
    nameHint: "Others see this name in their offers and lists.",
    save: "Save",
    folder: "Inbox folder",
    folderHint: "What you accept is put here, unless you choose another folder.",
    change: "Change…",
    receiving: "Receiving",
    sending: "Sending",
    device: "This device",
    conflict: "When a name is taken",
    quota: "Limit of the inbox folder",
    quotaOn: "Let it hold so much at most",
    quotaHint: "An offer that would go beyond it has to wait, or goes to another folder.",
    wait: "Waiting for a device that is away",
    waitOn: "Give up after a time",
    waitHint: "What you send to a device that is away waits here, and starts by itself when the device is back.",
    order: "Several for the same device",
    sendLimit: "Limit of sending",
    receiveLimit: "Limit of receiving",
    limitOn: "Use so much at most",
    sendLimitHint: "For all devices together, at once. Urgent transfers go first under it.",
    receiveLimitHint: "For all devices together, at once. Who sends more has to wait.",
    unit: "Unit",
    units: { KBs: "kB/s", Mbits: "Mbit/s", MBs: "MB/s", MB: "MB", GB: "GB", TB: "TB", hours: "hours", days: "days" },
    wrongNumber: "Enter a number above zero.",
    watched: {
      title: "Watched folders",
      hint: "What you put into one of these folders goes to its device by itself, as soon as it has stopped changing. It stays in the folder.",
      none: "No folder is watched.",
      noDevice: "There is no device yet to send to. Add one under Devices.",
      add: "Watch a folder…",
      device: "Send to",
      choose: "Choose a device",
      existing: "Send what is there already, too",
      start: "Watch",
      to: (device: string): string => `To ${device}`,
      state: ({ paused, settling, failure, last_ms }: WatchedView): string => {
        if (paused) return "paused";
        if (failure !== null) return "tries again by itself";
        if (settling > 0) return `${plural(settling, "item", "items")} still changing`;
        return last_ms === null ? "watching" : `last sent ${exact(last_ms)}`;
      },
      pauseLabel: (path: string): string => `Pause ${path}`,
      resumeLabel: (path: string): string => `Resume ${path}`,
      removeLabel: (path: string): string => `Watch ${path} no longer`,
      ignored: (n: number): string => `Left out: ${n}`,
      ignoredNames: "Names that are left out",
      ignoredHint: "Separated by commas; * stands for any letters, ? for one.",
      confirm: {
        title: (path: string): string => `Watch this folder no longer? ${path}`,
        text: "What was sent from it goes on. The folder and the files in it stay.",
        yes: "Watch no longer",
        no: "Keep watching",
      },
    },
    system: {
      title: "System",
      autostart: "Start with the system",
      autostartHint: "It starts in the tray, without a window: what you send goes on, and offers reach you.",
    },
    leftovers: {
      title: "Partial files",
      hint: "Transfers that have ended unfinished keep what has arrived, so that a retry goes on from there.",
      none: "There are none.",
      looking: "Looking…",
      failed: "They could not be looked up.",
      look: "Look again",
      sum: (n: number, bytes: number): string => `${size(bytes)} of ${plural(n, "transfer", "transfers")}`,
      unknown: "Of a transfer that is not in the list any more",
      remove: "Remove…",
      removeLabel: (title: string): string => `Remove… the partial files: ${title}`,
      confirm: {
        title: (title: string): string => `Remove the partial files? ${title}`,
        text: (bytes: number, known: boolean): string =>
          known ? `${size(bytes)} are deleted. A retry begins anew.` : `${size(bytes)} are deleted. Nothing goes on from them any more.`,
        yes: "Remove",
        no: "Keep them",
      },
    },
    appearance: {
      title: "Appearance",
      system: "As the system",
      language: "Language",
      languageHint: "Of both windows, at once.",
      theme: "Light or dark",
      themeHint: "High contrast and reduced motion follow the system.",
      themes: { system: "As the system", light: "Light", dark: "Dark" },
    },
    key: {
      title: "Key of this device",
      hint: "Whoever has this key is this device. What is done with it is in the history, under “Security log”.",
      places: { file: "In a file that only you can read.", keyring: "In the system’s keyring." },
      means: {
        file: "Nothing encrypts it: who can read this computer’s disk can read it.",
        keyring: "Your password encrypts it. The file says only whose key it is.",
      },
      problem: (why: string): string => `The system’s keyring cannot be used now: ${why}.`,
      restart: "Another key is stored. Start the program again, and this computer is the device",
      toKeyring: "Move it to the keyring",
      toFile: "Move it to a file",
      passphrase: "Passphrase",
      noFile: "No file chosen yet",
      choose: "Choose a file…",
      export: {
        button: "Export…",
        title: "Export the key",
        text: "For another computer that takes the place of this one, or as a copy in a safe place.",
        least: (n: number): string => `At least ${count(n)} characters. Nobody can open the file without it.`,
        again: "The same passphrase again",
        differs: "The two differ.",
        newFile: "Who has the file and the passphrase is this device. Never let two computers with the same key run.",
        yes: "Export",
        busy: "Exporting…",
        done: (path: string): string => `The key is in ${path}, sealed by the passphrase.`,
      },
      rotate: {
        button: "Change the key…",
        title: "Change the key of this device?",
        text: "From its next start on this device has another key and another id. Devices that know it follow by themselves when they next meet it; unfinished transfers go on. Old tickets and exports are worth nothing then, and whoever still uses the old key raises an alarm.",
        yes: "Change it",
        no: "Keep it",
      },
      import: {
        button: "Import…",
        title: "Import a key",
        text: "This computer becomes the device that the key was exported from.",
        passphraseHint: "The one that was given when the key was exported.",
        warning:
          "The key that this computer has now is gone then, unless it was exported. Devices that are paired with this computer do not know it any more; devices that know the imported key do.",
        agreed: "Give up the present identity of this computer",
        yes: "Import",
        busy: "Importing…",
      },
    },
    keys: "Keyboard shortcuts",
    keysHint: "Everything in the windows can be done by keyboard.",
    keysButton: "Show the list",
    network: "Network",
    networkHint: "The address that this device listens on.",
    otherPort: (port: number): string =>
      `Port ${port} is taken by another program, so this device listens on another one for now. Tickets given out before may not lead here: give out a new one, or end that program and start ChunkStream Pro again.`,
    id: "Device id",
    idHint: "It proves who you are. Compare it by voice when in doubt.",
  },

  inbox: {
    title: "Inbox",
    offers: "Offered to you",
    incoming: "Arriving",
    arrived: "Arrived",
    empty: "Your inbox is empty",
    emptyHint: "Give others your ticket from the Send screen. What they offer appears here.",
    offer: (device: string, title: string): string => `Offer of ${device}: ${title}`,
    from: (device: string): string => `${device} offers`,
    unknownHint: "Compare the device id with its owner before you accept.",
    notByItself: "It was not accepted by itself.",
    fits: (free: number): string => `Fits: ${size(free)} free`,
    fitsQuota: (left: number): string => `Fits: ${size(left)} left of the limit of the inbox folder`,
    room: (free: number): string => `${size(free)} free`,
    roomQuota: (left: number): string => `${size(left)} left of the limit of the inbox folder`,
    perhapsTooLarge: (missing: number): string => `Up to ${size(missing)} more needed, less what is skipped`,
    tooLarge: (missing: number): string => `Does not fit: ${size(missing)} more needed`,
    overQuota: (missing: number): string => `${size(missing)} over the limit of the inbox folder`,
    atLeast: (n: number, bytes: number): string => `at least ${files(n)}, ${size(bytes)}, still counting`,
    atLeastSize: (bytes: number): string => `at least ${size(bytes)}`,
    contents: "Contents",
    choose: (n: number): string => `Contents, choose files (${plural(n, "entry", "entries")})`,
    chooseFolders: "Contents, choose folders",
    chosen: (part: number, all: number, bytes: number): string => `${count(part)} of ${files(all)} chosen, ${size(bytes)}`,
    chosenAtLeast: (bytes: number): string => `Part of it chosen, at least ${size(bytes)}`,
    chosenNone: "Nothing chosen",
    selectAll: "All",
    selectNone: "None",
    onlyFolders: {
      counting: "The other device is still counting. Until it has finished, whole folders can be chosen.",
      long: (n: number): string =>
        `Only the first ${plural(n, "entry is", "entries are")} listed here, so whole folders can be chosen.`,
      partly: "A folder that is chosen in part brings the ticked folders only; a fully ticked one brings everything in it.",
      roots: (n: number): string => `${plural(n, "item", "items")} at the top are not listed; they come along when everything is chosen.`,
    },
    problems: (n: number): string => `${plural(n, "name is", "names are")} changed for this system`,
    problemsLabel: "Names that are changed for this system",
    problem: (kind: NameProblemKind, storedAs: string | null): string =>
      storedAs === null ? nameProblems[kind] : `stored as “${storedAs}”: ${nameProblems[kind]}`,
    existing: (n: number): string => `${plural(n, "name is", "names are")} taken in the folder already`,
    existingLabel: "Names that are taken in the folder already",
    conflict: "What is there already",
    conflictAsk: "Choose…",
    blocked: {
      disk: "Choose fewer files or another folder, or free space: this offer waits.",
      quota: "Choose fewer files or another folder, or raise the limit in the settings.",
      nothing: "Choose what to take.",
      conflict: "Choose first what happens to what is there already.",
    },
    acceptFiles: (n: number): string => `Accept ${files(n)}`,
    acceptPart: "Accept this part",
    otherFolder: "Choose another folder…",
    accept: "Accept",
    acceptTo: "Accept to…",
    decline: "Decline",
    open: "Open",
    show: "Show in folder",
    remove: "Remove from list",
    removeLabel: (title: string): string => `Remove ${title} from the list`,
    openLabel: (title: string): string => `Open ${title}`,
    showLabel: (title: string): string => `Show ${title} in its folder`,
  },
} as const;
