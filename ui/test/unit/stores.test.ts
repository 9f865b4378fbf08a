import { describe, expect, it } from "vitest";
import type { PairingView } from "../../src/host/api";
import { fakePairing } from "../../src/host/fakePairing";
import { toFailure } from "../../src/host/host";
import { devices, transfer } from "../../src/gallery/scenes";
import { useDraft } from "../../src/state/draft";
import { useEngine } from "../../src/state/engine";
import { useNavigation } from "../../src/state/navigation";
import { MOST_NOTICES, useNotices } from "../../src/state/notices";
import { afterSend } from "../../src/state/sent";

const NONE = { transfers: [], removed: [], devices: null, identity: null, settings: null, pairing: null, nearby: null };
const totals = { down_rate: 1, up_rate: 2, active: 3, queued: 4, needs_you: 5 };

describe("what the engine pushes", () => {
  it("keeps what an update does not mention", () => {
    const { apply } = useEngine.getState();
    const [a, b] = [transfer({ title: "a" }), transfer({ title: "b" })];
    apply({ ...NONE, transfers: [a, b], devices: [...devices], totals });
    const before = useEngine.getState();
    apply({ ...NONE, transfers: [{ ...b, durable_bytes: 7 }], totals });
    const after = useEngine.getState();
    expect(after.transfers[a.id]).toBe(before.transfers[a.id]);
    expect(after.transfers[b.id]?.durable_bytes).toBe(7);
    expect(after.devices).toBe(before.devices);
    apply({ ...NONE, removed: [a.id], totals });
    expect(Object.keys(useEngine.getState().transfers)).toEqual([b.id]);
  });

  it("keeps how the pairing stands until that changes", () => {
    const shown: PairingView[] = [];
    const engine = fakePairing((view) => shown.push(view)).commands;
    engine.invite_device({});
    engine.cancel_pairing({});
    const [open, closed] = shown;
    if (open === undefined || closed === undefined) throw new Error("two changes were pushed");
    expect(open).toMatchObject({ side: "host", way: "code", state: "waiting" });
    expect(closed).toMatchObject({ state: "cancelled", code: null, ticket: null });
    const { apply } = useEngine.getState();
    apply({ ...NONE, pairing: open, totals });
    apply({ ...NONE, totals });
    expect(useEngine.getState().pairing).toBe(open);
    apply({ ...NONE, pairing: closed, totals });
    expect(useEngine.getState().pairing?.state).toBe("cancelled");
  });

  it("leaves the rows alone when only the sums change", () => {
    const { apply } = useEngine.getState();
    apply({ ...NONE, transfers: [transfer({})], totals });
    const { transfers } = useEngine.getState();
    apply({ ...NONE, totals: { ...totals, up_rate: 9 } });
    expect(useEngine.getState().transfers).toBe(transfers);
  });
});

describe("the draft", () => {
  it("holds each path once", () => {
    const { add, remove } = useDraft.getState();
    add(["/a", "/b"]);
    add(["/b", "/c"]);
    remove("/a");
    expect(useDraft.getState().paths).toEqual(["/b", "/c"]);
  });
});

describe("a send that takes up what was unfinished", () => {
  it("repeats only that for a new start", () => {
    const request = { paths: ["/a"], targets: ["one", "two", "three"], priority: "high" } as const;
    afterSend({ ...request, paths: [...request.paths], targets: [...request.targets] }, { transfers: ["1", "2", "3"], taken_up: ["2"] });
    expect(useNotices.getState().shown).toMatchObject([
      { kind: "taken_up", takenUp: { transfers: ["2"], anew: { targets: ["two"], priority: "high", again: "new" } } },
    ]);
    expect(useNavigation.getState()).toMatchObject({ screen: "activity", fresh: ["1", "2", "3"] });
  });
});

describe("the notices", () => {
  it("show the same failure once, and not more than fit", () => {
    const { show } = useNotices.getState();
    const failure = { code: "not_found", message: "x", detail: "a" } as const;
    show(failure);
    show(failure);
    expect(useNotices.getState().shown).toHaveLength(1);
    for (let n = 0; n <= MOST_NOTICES; n += 1) show({ ...failure, detail: String(n) });
    expect(useNotices.getState().shown).toHaveLength(MOST_NOTICES);
  });

  it("turn whatever was thrown into a failure", () => {
    expect(toFailure({ code: "declined", message: "no" })).toEqual({ code: "declined", message: "no", detail: null });
    expect(toFailure("command call not found")).toMatchObject({ code: "internal", message: "command call not found" });
  });
});
