// What a window says by itself: what has happened, counted when it is several, and never how far something is.

import axe from "axe-core";
import { act, screen } from "@testing-library/react";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { busy, empty, inbox, studio, transfer } from "../../src/gallery/scenes";
import type { PairingView, TransferView } from "../../src/host/api";
import { NO_VERIFICATION } from "../../src/host/fakeTransfers";
import { useDraft } from "../../src/state/draft";
import { announce, GATHER_MS } from "../../src/state/milestones";
import { milestones, PATIENCE_MS, reconnecting, sentenceOf, type Milestone } from "../../src/transfer/milestones";
import { speak } from "../../src/words";
import { LANGUAGES } from "../../src/words/locale";
import { inboxWindow, mainWindow } from "./window";

const one = transfer({ title: "reel" });
const seen = (...transfers: TransferView[]) => ({
  ready: true,
  transfers: Object.fromEntries(transfers.map((each) => [each.id, each])),
  pairing: null as PairingView | null,
});
const kinds = (found: Milestone[]) => found.map(({ kind }) => kind);
const turned = (before: Partial<TransferView>, now: Partial<TransferView>) => kinds(milestones(seen({ ...one, ...before }), seen({ ...one, ...now })));
const failure = (code: "declined" | "cancelled_by_peer" | "integrity") => ({ code, message: "for the log", detail: null });

const of = (kind: Milestone["kind"], id: string): Milestone => ({ kind, id, title: `t${id}`, device: "Attic", direction: "sending" });
const later = (ms: number) => act(() => vi.advanceTimersByTime(ms));
const said = () => screen.getByTestId("milestones").firstElementChild;
const heard = () => screen.getByTestId("milestones").textContent;

describe("milestones", () => {
  it("are ends, offers and what needs a person", () => {
    expect(turned({}, { state: "completed" })).toEqual(["completed"]);
    expect(turned({}, { state: "failed", failure: failure("integrity") })).toEqual(["failed"]);
    expect(turned({}, { state: "failed", failure: failure("declined") })).toEqual(["declined"]);
    expect(turned({}, { state: "cancelled", failure: failure("cancelled_by_peer") })).toEqual(["cancelled"]);
    expect(turned({}, { state: "paused", reason: "source_changed" })).toEqual(["needsYou"]);
    const offered = { direction: "receiving", state: "created" } as const;
    expect(kinds(milestones(seen(), seen({ ...one, ...offered, reason: "waiting_for_answer" })))).toEqual(["offered"]);
    // A rule looks at it, and may take it or leave it to a person.
    expect(kinds(milestones(seen(), seen({ ...one, ...offered })))).toEqual([]);
    expect(turned(offered, { ...offered, reason: "waiting_for_answer" })).toEqual(["offered"]);
  });

  it("are nothing that a person does here, and no progress", () => {
    expect(turned({}, { durable_bytes: 9, rate: 5 })).toEqual([]);
    expect(turned({}, { state: "cancelled" })).toEqual([]);
    expect(turned({}, { state: "paused", reason: "paused_here" })).toEqual([]);
    expect(turned({ direction: "receiving" }, { direction: "receiving", state: "cancelled", failure: failure("declined") })).toEqual([]);
    expect(turned({ state: "paused", reason: "disk_full", direction: "receiving" }, { state: "paused", reason: "disk_full", direction: "receiving", durable_bytes: 7 })).toEqual([]);
    expect(turned({ state: "completed" }, { state: "completed", priority: "high" })).toEqual([]);
  });

  it("are not what was there when the window came", () => {
    const done = { ...one, state: "completed" } as const;
    expect(milestones({ ...seen(), ready: false }, seen(done))).toEqual([]);
  });

  it("tell the end of a check, and what it found", () => {
    const done = { state: "completed", direction: "receiving" } as const;
    const checked = { ...NO_VERIFICATION, running: false };
    expect(turned({ ...done, verification: NO_VERIFICATION }, { ...done, verification: { ...NO_VERIFICATION, checked_bytes: 5 } })).toEqual([]);
    expect(turned({ ...done, verification: NO_VERIFICATION }, { ...done, verification: checked })).toEqual(["sound"]);
    expect(turned({ ...done, verification: NO_VERIFICATION }, { ...done, verification: { ...checked, missing_count: 1 } })).toEqual(["damaged"]);
  });

  it("tell that a device is paired, once", () => {
    const pairing = { state: "paired", device: { device_id: studio.device_id, name: studio.name, role: "trusted", known: true } } as PairingView;
    const comparing = { ...pairing, state: "comparing" } as PairingView;
    expect(milestones({ ...seen(), pairing: comparing }, { ...seen(), pairing })).toMatchObject([{ kind: "paired", device: studio.name }]);
    expect(milestones({ ...seen(), pairing }, { ...seen(), pairing: { ...pairing } })).toEqual([]);
  });

  it("wait with a lost connection, and tell it once", () => {
    const { transfers } = seen({ ...one, reason: "reconnecting" });
    const first = reconnecting(new Map(), transfers, 1000);
    expect(first.found).toEqual([]);
    const early = reconnecting(first.lost, transfers, 999 + PATIENCE_MS);
    expect(early.found).toEqual([]);
    const late = reconnecting(early.lost, transfers, 1000 + PATIENCE_MS);
    expect(kinds(late.found)).toEqual(["reconnecting"]);
    expect(reconnecting(late.lost, transfers, 1000 + 9 * PATIENCE_MS).found).toEqual([]);
    const back = reconnecting(late.lost, seen(one).transfers, 0);
    expect(back.lost.size).toBe(0);
  });

  it("are a sentence each, counted when they are several of a kind, in each language", () => {
    const several = [of("completed", "1"), of("completed", "2"), of("completed", "2"), of("completed", "3"), of("offered", "4")];
    expect(sentenceOf(several)).toBe("Attic offers t4. 3 transfers completed.");
    expect(sentenceOf([of("completed", "1")])).toBe("t1 has arrived at Attic.");
    expect(sentenceOf([])).toBe("");
    for (const language of LANGUAGES) {
      speak(language);
      expect(sentenceOf(several)).toMatch(/3/);
      expect(sentenceOf([of("reconnecting", "1")])).toMatch(/t1.*Attic/);
    }
    speak("en");
  });
});

describe("the place that speaks", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());
  const moving = busy.transfers.filter(({ state, reason }) => state === "active" && reason === null);

  it("gathers what comes together, and forgets it", () => {
    const { host } = mainWindow({ ...empty, transfers: [one, { ...one, id: "b".repeat(32), title: "other" }] }, "activity");
    expect(screen.getByTestId("milestones").getAttribute("aria-live")).toBe("polite");
    act(() => host.push({ transfers: [{ ...one, state: "completed", finished_ms: 1 }] }));
    expect(heard()).toBe("");
    act(() => host.push({ transfers: [{ ...one, id: "b".repeat(32), title: "other", state: "completed", finished_ms: 2 }] }));
    later(GATHER_MS);
    expect(heard()).toBe("2 transfers completed.");
    later(60_000);
    expect(heard()).toBe("");
  });

  it("says the same again as another event", () => {
    mainWindow(empty, "activity");
    act(() => announce("3 files, 12 kB"));
    later(GATHER_MS);
    const first = said();
    act(() => announce("3 files, 12 kB"));
    later(GATHER_MS);
    expect(said()?.textContent).toBe("3 files, 12 kB");
    expect(said()).not.toBe(first);
  });

  it("says nothing of what there is at first, and nothing while bytes move", () => {
    const { host } = inboxWindow(inbox);
    later(GATHER_MS);
    expect(heard()).toBe("");
    act(() => host.push({ transfers: moving.map((each) => ({ ...each, durable_bytes: each.durable_bytes + 5 })) }));
    later(GATHER_MS);
    expect(heard()).toBe("");
    act(() => host.push({ transfers: [transfer({ id: "c".repeat(32), title: "plans", direction: "receiving", state: "created" })] }));
    later(GATHER_MS);
    expect(heard()).toBe("Studio Mac offers plans.");
  });

  it("says that a connection does not come back", () => {
    mainWindow({ ...empty, transfers: [{ ...one, reason: "reconnecting" }] }, "activity");
    later(PATIENCE_MS - 1000);
    expect(heard()).toBe("");
    later(4000);
    expect(heard()).toBe("reel is without its connection to Studio Mac.");
  });
});

describe("what is counted", () => {
  it("is plain text, and said when it is whole", async () => {
    mainWindow(empty, "send");
    act(() => useDraft.getState().add(["/home/ada/a"]));
    const line = await screen.findByTestId("measure");
    expect(line.closest("output, [role=status], [aria-live]")).toBeNull();
    await vi.waitFor(() => expect(line.dataset["complete"]).toBe(""));
    await vi.waitFor(() => expect(screen.getByTestId("milestones").textContent).toBe(line.textContent), 5000);
    expect((await axe.run(document.querySelector("main") as HTMLElement)).violations).toEqual([]);
  });
});
