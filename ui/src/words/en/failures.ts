// What went wrong, and what to do next, for every failure code of the engine.

import type { Code } from "../../host/api";
import { type FailureWords, QUOTA } from "../shapes";
import { the } from "./counting";

export const failures: Record<Code, FailureWords> = {
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
