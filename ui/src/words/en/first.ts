// The first start, and the self-test in it.

import type { SelfCheck } from "../../host/api";
import { count } from "../../format/numbers";

export const first = {
  title: "Welcome",
  step: (n: number, all: number): string => `Step ${count(n)} of ${count(all)}`,
  skip: "Skip",
  back: "Back",
  next: "Next",
  done: "Start",
  name: { title: "What is this device called?", hint: "Others see this name when you send something." },
  seen: { title: "Who may find it nearby?", hint: "You can change this at any time on the Devices screen." },
  place: { title: "Where shall received files be put?", hint: "You decide about each offer, unless you trust a device." },
} as const;

export const selfTest = {
  title: "Self-test",
  running: "Testing this device…",
  failed: "The test could not be run.",
  again: "Test again",
  fine: {
    port: (address: string): string => `Listening on ${address}`,
    udp: (): string => "Datagrams (UDP) get through",
    discovery: (): string => "The local network is searched",
    disk: (folder: string): string => `Received files go to ${folder}`,
  } satisfies Record<SelfCheck, (about: string) => string> as Readonly<Record<SelfCheck, (about: string) => string>>,
} as const;
