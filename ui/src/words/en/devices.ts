// Known and nearby devices, and the alarm about one that is not what it says.

import type { Visibility } from "../../host/api";
import { count } from "../../format/numbers";

export const devices = {
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
} as const;

export const alarm = {
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
  which: (n: number, all: number): string => `${count(n)} of ${count(all)}`,
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
} as const;
