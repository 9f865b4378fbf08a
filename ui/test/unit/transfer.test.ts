import { describe, expect, it } from "vitest";
import { devices, transfer } from "../../src/gallery/scenes";
import type { TransferView } from "../../src/host/api";
import { baseName, contentsLine, note, parentOf, progressLine, standing, toneOf } from "../../src/transfer/describe";
import { canResume, canRetry, placeOf } from "../../src/transfer/kinds";
import { activityGroups, inboxGroups } from "../../src/transfer/order";
import { receiptText } from "../../src/transfer/receipt";
import { recentFolders } from "../../src/transfer/recent";
import { isUsable, readTarget } from "../../src/transfer/target";

const NOW = new Date(2026, 10, 22, 18, 0).getTime();

const says = (change: Parameters<typeof transfer>[0]) => note(transfer(change), NOW);

const held = (direction: "sending" | "receiving", reason: TransferView["reason"]) =>
  canResume(transfer({ direction, state: "paused", reason }));

const into = (folder: string | null, change: Partial<TransferView> = {}) => transfer({ direction: "receiving", state: "completed", folder, ...change });

describe("the folders that were chosen lately", () => {
  it("are those beside the inbox folder, each once, the newest first, and not many", () => {
    const finished = [
      into("/in"),
      into("/b"),
      into("/in/Studio/2026-11-24"),
      into("/inner"),
      into("/b"),
      into("/failed", { state: "failed" }),
      into("/sent", { direction: "sending" }),
      into(null),
      ...["/c", "/d", "/e", "/f"].map((folder) => into(folder)),
    ];
    expect(recentFolders(finished, "/in")).toEqual(["/b", "/inner", "/c", "/d", "/e"]);
    expect(recentFolders([into("C:\\in\\Studio"), into("C:\\other")], "C:\\in")).toEqual(["C:\\other"]);
  });
});

describe("a transfer in words", () => {
  it("says how much has arrived and how long it takes", () => {
    const moving = transfer({ rate: 118e6, seconds_left: 197, durable_bytes: 18.26e9 });
    expect(progressLine(moving, NOW)).toBe("18.3 of 41.5 GB (44%), 3 min left");
    expect(standing(moving)).toBe("118 MB/s");
    expect(note(moving, NOW)).toBeNull();
  });

  it("promises no time while nothing moves", () => {
    const silent = { rate: 547, seconds_left: 168_000, durable_bytes: 18.26e9 };
    for (const reason of ["reconnecting", "waiting_for_device", "queued"] as const) {
      expect(progressLine(transfer({ ...silent, reason }), NOW)).toBe("18.3 of 41.5 GB (44%)");
    }
  });

  it("says which stage waits for which, seen from this side", () => {
    expect(says({ limited_by: "network" })).toBe("Limited by the network: what has been read waits for the path to Studio Mac.");
    expect(says({ limited_by: "disk", direction: "sending" })).toContain("sending waits for files to be read");
    expect(says({ limited_by: "disk", direction: "receiving" })).toContain("receiving waits for what came to be written");
    expect(says({ limited_by: "device_limit" })).toBe("Limited by the speed limit that you set for Studio Mac.");
    expect(says({ limited_by: "peer_limit" })).toBe("Limited by a speed limit that is set on Studio Mac.");
    expect(says({ limited_by: "peer_disk" })).toContain("Limited by Studio Mac’s disk");
    // Why it stands is more than why it is not faster.
    expect(says({ limited_by: "network", reason: "reconnecting" })).toContain("Connection lost");
    expect(says({ limited_by: "peer_disk", failure: { code: "disk_full", message: "full", detail: null } })).not.toContain("Limited by");
    expect(says({ limited_by: null })).toBeNull();
  });

  it("does not promise a total before the scan has ended", () => {
    const scanning = transfer({ state: "preparing", scan_complete: false, durable_bytes: 0 });
    expect(progressLine(scanning, NOW)).toBe("0 of at least 41.5 GB, still counting");
  });

  it("does not say that there were no files where they were not counted", () => {
    const early = transfer({ state: "cancelled", files: 0, bytes: 0, scan_complete: false });
    expect(contentsLine(early)).toBe("Not counted");
    expect(contentsLine({ ...early, files: 3, bytes: 5e6 }).replaceAll("\u00a0", " ")).toBe("At least 3 files, 5 MB");
    expect(contentsLine({ ...early, scan_complete: true })).toBe("No files, only folders or links");
    expect(receiptText(early)).toContain("Contents: Not counted");
    const later = { ...early, files: 3, bytes: 5e6, durable_bytes: 1e6, kept_bytes: 0 };
    expect(progressLine(later, NOW)).toMatch(/^1 of at least 5.MB had arrived, /);
    expect(progressLine({ ...later, kept_bytes: 1e6 }, NOW)).toMatch(/^1 of at least 5.MB are kept for a retry, /);
    expect(progressLine({ ...later, scan_complete: true }, NOW)).toMatch(/^1 of 5.MB had arrived, /);
  });

  it("says what happens next when the connection is lost", () => {
    const lost = transfer({ reason: "reconnecting" });
    expect([standing(lost), toneOf(lost)]).toEqual(["Reconnecting", "warning"]);
    expect(note(lost, NOW)).toBe("Connection lost. Everything received is kept; it goes on by itself.");
  });

  it("tells a full disk here from one there", () => {
    const stopped = { state: "paused", reason: "disk_full" } as const;
    const here = transfer({ ...stopped, direction: "receiving" });
    const there = transfer({ ...stopped, direction: "sending" });
    expect([standing(here), standing(there)]).toEqual(["Needs you", "Paused"]);
    expect(note(there, NOW)).toContain("The disk of Studio Mac is full");
  });

  it("says until when it waits for a device, and that it starts by itself", () => {
    const waiting = { state: "preparing", reason: "waiting_for_device", durable_bytes: 0 } as const;
    expect(note(transfer(waiting), NOW)).toBe("Starts by itself when Studio Mac is there.");
    const deadline_ms = new Date(2026, 10, 24, 14, 0).getTime();
    expect(note(transfer({ ...waiting, deadline_ms }), NOW)).toBe("Starts by itself when Studio Mac is there, until Tue 14:00.");
  });

  it("can be retried when it has ended without arriving", () => {
    const states = ["created", "preparing", "active", "paused", "completing", "completed", "failed", "cancelled"] as const;
    expect(states.filter((state) => canRetry(transfer({ state })))).toEqual(["failed", "cancelled"]);
  });

  it("says that it waits for the sender after a retry on this side, not that a connection was lost", () => {
    const retried = transfer({ direction: "receiving", state: "preparing", reason: "reconnecting" });
    expect([standing(retried), toneOf(retried)]).toEqual(["Waiting", "receiving"]);
    expect(note(retried, NOW)).toBe("Waiting for Studio Mac to send it again. Everything received is kept.");
  });

  it("tells the limit of the inbox folder from a full disk", () => {
    const failure = { code: "disk_full", message: "x", detail: "quota" } as const;
    const limited = transfer({ direction: "receiving", state: "paused", reason: "disk_full", failure });
    expect(note(limited, NOW)).toContain("The limit of the inbox folder is reached");
  });

  it("offers another look at changed sources only when one was gone", () => {
    const paused = { state: "paused", reason: "source_changed" } as const;
    const changed = (gone: number) => transfer({ ...paused, changed: { paths: ["/a"], count: 1, gone } });
    expect([canResume(changed(0)), canResume(changed(1))]).toEqual([false, true]);
  });

  it("offers to resume only what is held here", () => {
    expect([held("sending", "disk_full"), held("receiving", "disk_full")]).toEqual([false, true]);
    expect([held("sending", "source_unreadable"), held("receiving", "source_unreadable")]).toEqual([true, false]);
    expect([held("sending", "paused_here"), held("sending", "paused_by_peer")]).toEqual([true, false]);
  });

  it("tells a record that cannot be written from one that is damaged", () => {
    const stopped = { state: "paused", reason: "database" } as const;
    const failure = { code: "database", message: "disk full", detail: null } as const;
    const full = transfer({ ...stopped, failure });
    expect([standing(full), toneOf(full)]).toEqual(["Needs you", "warning"]);
    expect(note(full, NOW)).toContain("it goes on by itself");
    const damaged = transfer({ ...stopped, failure: { ...failure, code: "database_damaged" } });
    expect(note(damaged, NOW)).toContain("Start ChunkStream Pro again");
    expect(note(damaged, NOW)).not.toContain("by itself");
  });

  it("gives a failure its next step and shortens the path", () => {
    const failure = { code: "integrity", message: "root differs", detail: "/mnt/stick/a.iso" } as const;
    const failed = transfer({ state: "failed", failure, finished_ms: NOW });
    expect(note(failed, NOW)).toMatch(/^“a\.iso” does not match what was sent\. It was not put in its place/);
    expect(note(failed, NOW)).not.toContain("root differs");
  });

  it("says the same of a no, whichever final state carries it", () => {
    const failure = { code: "declined", message: "declined", detail: null } as const;
    for (const state of ["failed", "cancelled"] as const) {
      expect(standing(transfer({ state, failure, finished_ms: NOW }))).toBe("Declined");
    }
  });

  it("tells whoever said no that they did, and whoever was told no who said it", () => {
    const failure = { code: "declined", message: "declined", detail: null } as const;
    const declined = (direction: "sending" | "receiving") => note(transfer({ state: "cancelled", direction, failure, finished_ms: NOW }), NOW);
    expect(declined("receiving")).toMatch(/^You said no\./);
    expect(declined("sending")).toMatch(/^The other side said no\./);
  });

  it("takes paths of either system apart", () => {
    expect(["/a/b c.txt", "C:\\Users\\b\\", "/"].map(baseName)).toEqual(["b c.txt", "b", "/"]);
    expect(["/a/b.txt", "C:\\Users\\b", "/b"].map(parentOf)).toEqual(["/a", "C:\\Users", ""]);
  });

  it("shows an arrived root in its folder, else the folder", () => {
    const root = { name: "a", kind: "file" } as const;
    expect(placeOf(transfer({ folder: "/in", roots: [{ ...root, path: "/in/a (2)" }] }))).toBe("/in/a (2)");
    expect(placeOf(transfer({ folder: "/in", roots: [{ ...root, path: null }] }))).toBe("/in");
  });
});

describe("the groups", () => {
  const offer = transfer({ direction: "receiving", state: "created", created_ms: 5 });
  const stuck = transfer({ state: "paused", reason: "source_changed", created_ms: 9 });
  const older = transfer({ created_ms: 1 });
  const newer = transfer({ direction: "receiving", created_ms: 2 });
  const done = transfer({ direction: "receiving", state: "completed", finished_ms: 3 });
  const all = Object.fromEntries([older, done, offer, newer, stuck].map((one) => [one.id, one]));

  it("puts what needs a person first, and the newest on top", () => {
    expect(activityGroups(all, [done])).toEqual({
      needsYou: [stuck.id, offer.id],
      underWay: [newer.id, older.id],
      finished: [done.id],
    });
  });

  it("shows the inbox what comes in only", () => {
    expect(inboxGroups(all)).toEqual({ offers: [offer.id], incoming: [newer.id], arrived: [done.id] });
  });
});

function kind(text: string): string {
  const target = readTarget(text, devices);
  return target.kind === "incomplete" ? target.because : target.kind;
}

describe("a target", () => {
  it("is read as what it is", () => {
    expect(kind("  ")).toBe("empty");
    expect(kind("Studio Mac")).toBe("device");
    expect(kind("R4TZ8W-XM2KQD-7HVPL9-3NCJYE@studio.example:47700")).toBe("address");
    expect(kind("R4TZ8W-XM2KQD-7HVPL9-3NCJYE@[fe80::1]:47700")).toBe("address");
    expect(kind("R4TZ8W-XM2KQD-7HVPL9-3NCJYE@10.0.0.2:1,[::1]:2")).toBe("address");
    expect(kind("csp1K7QX2M9DHWTR4PLZ6CVN3E8BYG5JASF0U1.MTkyLjE2OC4x")).toBe("ticket");
  });

  it("says what is missing", () => {
    expect(kind("R4TZ8W-XM2KQD-7HVPL9-3NCJYE@studio.example")).toBe("port");
    expect(kind("R4TZ8W-XM2KQD-7HVPL9-3NCJYE@studio.example:65536")).toBe("port");
    expect(kind("bob@studio.example:47700")).toBe("id");
    expect(kind("hello there, how are you doing")).toBe("unknown");
    expect(isUsable(readTarget("csp1K7", devices))).toBe(false);
  });
});
