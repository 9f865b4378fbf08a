import { screen, within } from "@testing-library/react";
import { describe, expect, it, vi } from "vitest";
import { ended } from "../../src/gallery/histories";
import { empty, studio } from "../../src/gallery/scenes";
import { audit, trusting } from "../../src/gallery/trust";
import { useEngine } from "../../src/state/engine";
import { useHistory } from "../../src/state/history";
import { auditSentence } from "../../src/transfer/audit";
import { receiptText } from "../../src/transfer/receipt";
import { found } from "../../src/transfer/search";
import { mainWindow } from "./window";

const place = () => document.activeElement?.closest("[role=listitem]")?.getAttribute("aria-posinset");
const firstOf = (row: string) => (screen.getAllByTestId(row)[0] as HTMLElement).closest("button") as HTMLButtonElement;
const titles = () => screen.getAllByTestId("history-row").map(({ textContent }) => textContent);

describe("the history of transfers", () => {
  it("draws what is in sight of ten thousand, and finds one of them", async () => {
    const { user } = mainWindow({ ...empty, transfers: ended(10_000) }, "history");
    expect(firstOf("history-row").parentElement?.getAttribute("aria-setsize")).toBe("10000");
    expect(titles().length).toBeLessThan(60);
    await user.type(screen.getByTestId("history-search"), "installer.msi 9984");
    expect(titles()).toHaveLength(1);
    expect(screen.getByText("1 transfer")).toBeDefined();
    await user.keyboard("{Escape}");
    expect(screen.getByText("10,000 transfers")).toBeDefined();
  });

  it("walks by arrows, the first and the last row included", async () => {
    const { user } = mainWindow({ ...empty, transfers: ended(30) }, "history");
    firstOf("history-row").focus();
    await user.keyboard("{ArrowDown}{ArrowDown}");
    expect(place()).toBe("3");
    await user.keyboard("{Home}{ArrowUp}");
    expect(place()).toBe("1");
  });

  it("searches names, devices and roots, each word somewhere, and only what is wanted", () => {
    const all = ended(40);
    expect(found(all, "STUDIO wedding", "all").every(({ peer, title }) => peer.name === studio.name && title.startsWith("Wedding"))).toBe(true);
    expect(found(all, "", "failed").every(({ state }) => state !== "completed")).toBe(true);
    expect(found(all, "", "sent").concat(found(all, "", "received"), found(all, "", "failed"))).toHaveLength(40);
    expect(found(all, "no-such-word", "all")).toEqual([]);
  });

  it("saves a receipt where the chooser points, and nothing when it was closed", async () => {
    const [one] = ended(1) as [ReturnType<typeof ended>[number]];
    const done = { ...one, state: "completed", failure: null } as const;
    const scene = { ...empty, transfers: [done], saveAs: "/home/ada/receipt.jsonl" as string | null };
    const { host, user } = mainWindow(scene, "history");
    await user.click(screen.getByTestId("history-row"));
    await user.click(await screen.findByTestId("receipt-save"));
    const args = { id: done.id, path: "/home/ada/receipt.jsonl", replace: true, format: "json_lines" };
    await vi.waitFor(() => expect(host.asked.at(-1)).toEqual({ name: "export_receipt", args }));
    expect(await screen.findByText(/written to \/home\/ada\/receipt\.jsonl/)).toBeDefined();
    scene.saveAs = null;
    await user.click(screen.getByTestId("receipt-save"));
    expect(host.asked.filter(({ name }) => name === "export_receipt")).toHaveLength(1);
  });

  it("gives a receipt, as text too", async () => {
    const [one] = ended(1) as [ReturnType<typeof ended>[number]];
    const done = { ...one, state: "completed", root: "af13".padEnd(64, "0"), failure: null } as const;
    const { host, user } = mainWindow({ ...empty, transfers: [done] }, "history");
    await user.click(screen.getByTestId("history-row"));
    const receipt = await screen.findByTestId("receipt");
    expect(receipt.textContent).toContain("Arrived, verified on both sides");
    expect(receipt.textContent).toContain(done.root);
    await user.click(within(receipt).getByTestId("receipt-files-toggle"));
    expect((await within(receipt).findAllByTestId("receipt-file"))[0]?.textContent).toMatch(/[0-9a-f]{64}$/);
    await user.click(within(receipt).getByRole("button", { name: /Copy receipt/ }));
    expect(host.asked.at(-1)).toEqual({ name: "copy_text", args: receiptText(done) });
    await user.click(screen.getByTestId("receipt-remove"));
    expect(host.asked.at(-1)).toEqual({ name: "remove", args: { id: done.id } });
    expect(screen.queryByTestId("receipt")).toBeNull();
  });

  it("asks before a receipt or a row's menu removes what is kept for a retry", async () => {
    const [one] = ended(1) as [ReturnType<typeof ended>[number]];
    const kept = { ...one, state: "failed", kept_bytes: 6_100 } as const;
    const { host, user } = mainWindow({ ...empty, transfers: [kept] }, "history");
    await user.pointer({ keys: "[MouseRight]", target: screen.getByTestId("history-row") });
    const item = await screen.findByTestId("remove-item");
    expect(item.textContent).toBe("Remove from History…");
    await user.click(item);
    await user.click(await screen.findByTestId("confirm-no"));
    await vi.waitFor(() => expect(screen.queryByRole("alertdialog")).toBeNull());
    await user.click(screen.getByTestId("history-row"));
    const button = await screen.findByTestId("receipt-remove");
    expect(button.textContent).toBe("Remove from History…");
    await user.click(button);
    expect((await screen.findByRole("alertdialog")).textContent).toContain("6.1 kB that have arrived");
    expect(host.asked).toEqual([]);
    await user.click(screen.getByTestId("confirm-yes"));
    expect(host.asked).toEqual([{ name: "remove", args: { id: kept.id } }]);
    await vi.waitFor(() => expect(screen.queryByTestId("receipt")).toBeNull());
  });

  it("is not sorted again because bytes move", () => {
    const [row, moving] = ended(2) as [ReturnType<typeof ended>[number], ReturnType<typeof ended>[number]];
    const { apply } = useEngine.getState();
    const update = { removed: [], devices: null, identity: null, settings: null, pairing: null, nearby: null, totals: useEngine.getState().totals };
    apply({ ...update, transfers: [row, { ...moving, state: "active" }] });
    const before = useEngine.getState().finished;
    expect(before.map(({ id }) => id)).toEqual([row.id]);
    apply({ ...update, transfers: [{ ...moving, state: "active", durable_bytes: 5 }] });
    expect(useEngine.getState().finished).toBe(before);
    apply({ ...update, transfers: [{ ...moving, state: "completed" }] });
    expect(useEngine.getState().finished).toHaveLength(2);
  });
});

describe("the security log", () => {
  it("has a sentence for each kind, without a word of programs", () => {
    for (const entry of audit) {
      const says = auditSentence(entry, []);
      expect(says, entry.kind).toMatch(/^[A-Z]/);
      expect(says, entry.kind).not.toMatch(/_|undefined|null/);
    }
    expect(auditSentence(audit[2] as (typeof audit)[number], [])).toBe(
      "A pairing with Unknown device failed: The code is not the one that the other device shows",
    );
    const alarm = audit.find(({ kind }) => kind === "identity_alarm") as (typeof audit)[number];
    const told = (reason: string) => ({ ...alarm, name: null, detail: { ...alarm.detail, expected: studio.device_id, reason } });
    expect(auditSentence(told("other_key"), [studio])).toMatch(/^Another key where Studio Mac should be, at /);
    expect(auditSentence(told("same_name"), [studio])).toMatch(/^A stranger has called itself Studio Mac, at /);
  });

  it("asks for what is wanted, and for the next page at the end", async () => {
    const long = Array.from({ length: 250 }, (_, id) => ({ ...(audit[6] as (typeof audit)[number]), id: id + 1 }));
    const { host, user } = mainWindow({ ...trusting, audit: long }, "history");
    await user.click(screen.getByTestId("history-log"));
    expect(await screen.findAllByTestId("log-row")).not.toHaveLength(0);
    expect(host.asked.at(-1)).toEqual({ name: "audit", args: { only: { kinds: [] } } });
    firstOf("log-row").focus();
    await user.click(screen.getByTestId("log-group"));
    await user.click(await screen.findByRole("option", { name: "Keys" }));
    await vi.waitFor(() => expect(host.asked.at(-1)).toMatchObject({ args: { only: { kinds: expect.arrayContaining(["key_created"]) } } }));
    expect(await screen.findByText("Nothing of that kind has happened")).toBeDefined();
  });

  it("is written to a file that is chosen, with the same filter", async () => {
    const { host, user } = mainWindow(trusting, "history");
    await user.click(screen.getByTestId("history-log"));
    await user.click(screen.getByTestId("log-export"));
    expect(host.asked.at(-1)).toEqual({
      name: "export_audit",
      args: { path: trusting.saveAs, replace: true, format: "csv", only: { kinds: [] } },
    });
    expect((await screen.findByTestId("notice")).textContent).toContain("21 entries written");
  });

  it("keeps what is searched for when the screen is left", () => {
    useHistory.setState({ search: "renders" });
    mainWindow({ ...empty, transfers: ended(30) }, "history");
    expect(screen.getByTestId("history-search")).toHaveProperty("value", "renders");
  });
});
