import { act, cleanup, screen, within } from "@testing-library/react";
import { describe, expect, it, vi } from "vitest";
import { empty, inbox, offers, offersAsking, offersRefused, verified } from "../../src/gallery/scenes";
import { devices, phone, studio } from "../../src/gallery/make";
import { offer, strangeOffer } from "../../src/gallery/offers";
import { alarm } from "../../src/gallery/trust";
import type { Scene } from "../../src/host/fake";
import { useEngine } from "../../src/state/engine";
import { INBOX_SHORTCUTS } from "../../src/state/shortcuts";
import { inboxWindow } from "./window";

const cards = () => screen.getAllByTestId("offer-card");
const card = (text: string) => cards().find(({ textContent }) => textContent?.includes(text)) as HTMLElement;
const item = (title: string) =>
  screen.getAllByTestId("arrived-item").find((one) => within(one).queryByTitle(title) !== null) as HTMLElement;

/** Whether the card of an offer has the box. */
function hasAlways(scene: Partial<Scene>) {
  inboxWindow({ ...empty, devices, transfers: [offer], ...scene });
  const found = screen.queryByTestId("always-check") !== null;
  cleanup();
  useEngine.setState(useEngine.getInitialState(), true);
  return found;
}

describe("the inbox", () => {
  it("says who, what and whether it fits", () => {
    inboxWindow(inbox);
    const known = card("Summer house");
    expect(known.textContent).toContain("Grandmother’s laptop offers");
    expect(known.textContent).toContain("4 files, 822 MB");
    expect(within(known).getByTestId("space-line").textContent).toBe("Fits: 210 GB free");
    const strange = card("backup-of-everything");
    expect(strange.textContent).toContain("Unknown device");
    expect(within(strange).getByTestId("space-line").textContent).toBe("Does not fit: 3 GB more needed");
  });

  it("opens the preview as a tree", async () => {
    const { user } = inboxWindow(inbox);
    const known = card("Summer house");
    await user.click(within(known).getByTestId("preview-toggle"));
    const entries = within(known).getAllByRole("treeitem");
    expect(entries.map(({ textContent }) => textContent)).toContain("IMG_2210.mov 812 MB");
    expect(entries.map((entry) => entry.getAttribute("aria-level")).join("")).toBe("1233211");
    const indents = entries.slice(0, 3).map(({ style }) => Number.parseFloat(style.paddingInlineStart));
    expect(indents).toEqual(indents.toSorted((a, b) => a - b));
    expect(new Set(indents).size).toBe(3);
  });

  it("accepts, accepts into a chosen folder, declines", async () => {
    const { host, user } = inboxWindow(inbox);
    const known = card("Summer house");
    const id = known.dataset["transferId"];
    await user.click(within(known).getByTestId("accept-to-button"));
    await user.click(await screen.findByTestId("other-folder-item"));
    expect(host.asked).toEqual([{ name: "accept", args: { id, into: "/home/ada/Projects" } }]);
    expect(cards()).toHaveLength(1);
    await user.click(screen.getByTestId("decline-button"));
    expect(host.asked.at(-1)?.name).toBe("decline");
    expect(screen.queryAllByTestId("offer-card")).toEqual([]);
  });

  it("accepts nothing when the folder chooser was closed", async () => {
    const { host, user } = inboxWindow({ ...inbox, folder: null });
    await user.click(screen.getAllByTestId("accept-to-button")[0] as HTMLElement);
    await user.click(await screen.findByTestId("other-folder-item"));
    expect(host.asked).toEqual([]);
    await user.click(screen.getAllByTestId("accept-button")[0] as HTMLElement);
    expect(host.asked).toMatchObject([{ name: "accept", args: { id: expect.any(String) } }]);
  });

  it("accepts into a folder that was chosen lately, with one key more and no dialog", async () => {
    const { host, user } = inboxWindow({ ...inbox, folder: null });
    const button = within(card("Summer house")).getByTestId("accept-to-button");
    act(() => button.focus());
    await user.keyboard("{Enter}");
    await screen.findByRole("group", { name: "Recent folders" });
    await user.keyboard("{Enter}");
    const id = card("Summer house")?.dataset["transferId"] ?? offer.id;
    expect(host.asked).toEqual([{ name: "accept", args: { id, into: "/home/ada/Downloads" } }]);
  });

  it("takes a part of an offer, and says how much that is", async () => {
    const { host, user } = inboxWindow(inbox);
    const known = card("Summer house");
    await user.click(within(known).getByTestId("preview-toggle"));
    const tree = within(known).getByTestId("contents-tree");
    await user.click(within(tree).getByText("keys.txt"));
    expect(within(known).getByTestId("preview-toggle").textContent).toBe("3 of 4 files chosen, 822 MB");
    const accept = within(known).getByTestId("accept-button");
    expect(accept.textContent).toBe("Accept 3 files");

    await user.click(within(known).getByTestId("select-none"));
    expect(accept).toHaveProperty("disabled", true);
    expect(within(known).getByTestId("answer-hint").textContent).toBe("Choose what to take.");
    expect(within(known).getByTestId("accept-to-button")).toHaveProperty("disabled", true);

    await user.click(within(tree).getByText("2025"));
    await user.click(accept);
    expect(host.asked).toEqual([{ name: "accept", args: { id: known.dataset["transferId"], only: ["Summer house/2025"] } }]);
  });

  it("walks and ticks the contents by keyboard", async () => {
    const { user } = inboxWindow(inbox);
    const known = card("Summer house");
    await user.click(within(known).getByTestId("preview-toggle"));
    const entries = () => within(known).getAllByRole("treeitem");
    await user.tab();
    await user.tab();
    await user.tab();
    expect(document.activeElement).toBe(entries()[0]);
    await user.keyboard("{ArrowDown}{ArrowDown}{ArrowDown} ");
    expect(entries().map((one) => one.getAttribute("aria-checked")).join()).toBe("mixed,mixed,true,false,true,true,true");
    await user.keyboard("{ArrowLeft}");
    expect(document.activeElement).toBe(entries()[1]);
    await user.keyboard("{ArrowLeft}");
    expect(entries()).toHaveLength(5);
    expect(entries()[1]?.getAttribute("aria-expanded")).toBe("false");
    await user.keyboard("{ArrowRight}{End}");
    expect(document.activeElement).toBe(entries().at(-1));
  });

  it("says why it does not fit, and leaves the way to another folder", async () => {
    const { host, user } = inboxWindow(offers);
    const large = card("field recordings");
    expect(within(large).getByTestId("space-line").textContent).toBe("84 GB over the limit of the inbox folder");
    expect(within(large).getByTestId("accept-button")).toHaveProperty("disabled", true);
    expect(within(large).getByTestId("answer-hint").textContent).toContain("raise the limit in the settings");
    await user.click(within(large).getByTestId("preview-toggle"));
    expect(within(large).getByTestId("contents-hint").textContent).toContain("Only the first 200 entries are listed here");
    await user.click(within(large).getByText("Tuesday"));
    expect(within(large).getByTestId("space-line").dataset["fits"]).toBe("perhaps");
    await user.click(within(large).getByTestId("select-all"));
    await user.click(within(large).getByRole("button", { name: "Choose another folder…" }));
    expect(host.asked).toEqual([{ name: "accept", args: { id: large.dataset["transferId"], into: "/mnt/large" } }]);
  });

  it("says which names change, and replaces what is there only when that was chosen", async () => {
    const { host, user } = inboxWindow(offers);
    const crowded = card("Contracts");
    await user.click(within(crowded).getByTestId("problems-toggle"));
    expect(within(crowded).getAllByTestId("path-item")[0]?.textContent).toContain("stored as “Contracts/aux_.txt”");
    expect(within(crowded).getByTestId("conflict-select").textContent).toBe("Keep both");
    await user.click(within(crowded).getByTestId("conflict-select"));
    await user.click(await screen.findByRole("option", { name: /^Replace/ }));
    await user.click(within(crowded).getByTestId("accept-button"));
    expect(host.asked).toEqual([{ name: "accept", args: { id: crowded.dataset["transferId"], conflict: "overwrite" } }]);
  });

  it("lets the engine decide whether it fits when some of it is skipped", async () => {
    const [crowded] = offers.transfers;
    const large = { ...crowded, preflight: { ...crowded?.preflight, short_by: 5e9 } } as typeof crowded;
    const { user } = inboxWindow({ ...offers, transfers: large === undefined ? [] : [large] });
    expect(screen.getByTestId("accept-button")).toHaveProperty("disabled", true);
    await user.click(screen.getByTestId("conflict-select"));
    await user.click(await screen.findByRole("option", { name: /^Skip if identical/ }));
    expect(screen.getByTestId("space-line").textContent).toBe("Up to 5 GB more needed, less what is skipped");
    expect(screen.getByTestId("accept-button")).toHaveProperty("disabled", false);
  });

  it("says why an offer of a trusted device waits", () => {
    inboxWindow(offersRefused);
    expect(screen.getByTestId("offer-failure").textContent).toContain("“ChunkStream” cannot be written.");
  });

  it("waits for a decision when the setting is to ask", async () => {
    const { host, user } = inboxWindow(offersAsking);
    const crowded = card("Contracts");
    expect(within(crowded).getByTestId("accept-button")).toHaveProperty("disabled", true);
    await user.click(within(crowded).getByTestId("accept-to-button"));
    expect(host.asked[0]?.args).toMatchObject({ conflict: "rename", into: "/mnt/large" });
    const calm = card("Summer house");
    expect(within(calm).getByTestId("accept-button")).toHaveProperty("disabled", false);
  });

  it("accepts from a known device always, if that is chosen, and leads to where it is undone", async () => {
    const { host, user } = inboxWindow({ ...empty, devices, transfers: [offer] });
    expect(screen.queryByTestId("always-hint")).toBeNull();
    await user.click(screen.getByRole("checkbox", { name: "Always accept from Grandmother’s laptop" }));
    expect(screen.getByTestId("always-hint").textContent).toContain("without asking, into the same folder");
    await user.click(screen.getByTestId("accept-button"));
    const device = phone.device_id;
    expect(host.asked).toEqual([
      { name: "accept", args: { id: offer.id } },
      { name: "trust", args: { device, role: "trusted" } },
    ]);
    const notice = await screen.findByTestId("notice");
    expect(notice.textContent).toContain("What Grandmother’s laptop offers is accepted without asking from now on.");
    await user.click(within(notice).getByTestId("show-devices"));
    expect(host.asked.at(-1)?.name).toBe("show_devices");
    expect(screen.queryByTestId("notice")).toBeNull();
  });

  it("puts what comes later where this one goes, and keeps what limits the device", async () => {
    const rule = { max_bytes: 5e9, types: ["images"], folder: "{device}/{date}" };
    const known = devices.map((one) => (one.device_id === phone.device_id ? { ...one, rule } : one));
    const { host, user } = inboxWindow({ ...empty, devices: known, transfers: [offer], folder: "/mnt/large" });
    await user.click(screen.getByTestId("always-check"));
    await user.click(screen.getByTestId("accept-to-button"));
    expect(host.asked).toEqual([
      { name: "accept", args: { id: offer.id, into: "/mnt/large" } },
      { name: "set_rule", args: { device: phone.device_id, rule: { ...rule, folder: "/mnt/large" } } },
      { name: "trust", args: { device: phone.device_id, role: "trusted" } },
    ]);
  });

  it("changes nothing about the device when the offer could not be accepted, or its rule not be kept", async () => {
    const failure = { code: "disk_full", message: "for the log", detail: null } as const;
    const scene = { ...empty, devices, transfers: [offer], folder: "/mnt/{x}" };
    const first = inboxWindow({ ...scene, fails: { accept: failure } });
    await first.user.click(screen.getByTestId("always-check"));
    await first.user.click(screen.getByTestId("accept-button"));
    expect(first.host.asked.map(({ name }) => name)).toEqual(["accept"]);
    cleanup();
    const second = inboxWindow({ ...scene, fails: { set_rule: failure } });
    await second.user.click(screen.getByTestId("always-check"));
    await second.user.click(screen.getByTestId("accept-to-button"));
    expect(second.host.asked.map(({ name }) => name)).toEqual(["accept", "set_rule"]);
  });

  it("changes nothing about a device of which an alarm tells while the folder is chosen", async () => {
    const { host, user } = inboxWindow({ ...empty, devices, transfers: [offer] });
    const answers: ((folder: string) => void)[] = [];
    host.chooseFolder = () => new Promise((answer) => answers.push(answer));
    await user.click(screen.getByTestId("always-check"));
    await user.click(screen.getByTestId("accept-to-button"));
    act(() => host.push({ alarms: [{ ...alarm, found: phone.device_id }] }));
    await act(async () => answers[0]?.("/mnt/large"));
    expect(host.asked.map(({ name }) => name)).toEqual(["accept"]);
  });

  it("offers to accept always only from a known device that is asked about and without an alarm", () => {
    const { device_id, name, known } = studio;
    const ofStudio = { ...offer, peer: { ...offer.peer, device_id, name, known } };
    expect(hasAlways({})).toBe(true);
    expect(hasAlways({ transfers: [strangeOffer] })).toBe(false);
    expect(hasAlways({ transfers: [ofStudio] })).toBe(false);
    const about = { ...alarm, device: { ...alarm.device, device_id: phone.device_id } };
    expect(hasAlways({ alarms: [about] })).toBe(false);
    expect(hasAlways({ alarms: [{ ...alarm, found: phone.device_id }] })).toBe(false);
    expect(hasAlways({ alarms: [alarm] })).toBe(true);
  });

  it("opens, shows and removes what has arrived", async () => {
    const { host, user } = inboxWindow(inbox);
    const newest = screen.getAllByTestId("arrived-item")[0] as HTMLElement;
    for (const button of ["open-button", "show-button", "remove-button"]) {
      await user.click(within(newest).getByTestId(button));
    }
    const path = "/home/ada/Downloads/contract, signed.pdf";
    expect(host.asked).toMatchObject([
      { name: "open_path", args: path },
      { name: "show_in_folder", args: path },
      { name: "remove", args: { id: newest.dataset["transferId"] } },
    ]);
  });

  it("verifies again what has arrived, and lists what is not sound", async () => {
    const { host, user } = inboxWindow(verified);
    await user.click(within(item("contract, signed.pdf")).getByRole("button", { name: "Verify again: contract, signed.pdf" }));
    expect(host.asked.map(({ name }) => name)).toEqual(["verify"]);
    expect(within(item("checking")).queryByTestId("verify-button")).toBeNull();
    await user.click(within(item("damaged renders")).getByTestId("verification"));
    expect(within(item("damaged renders")).getAllByTestId("path-item")).toHaveLength(3);
  });

  it("says when there is nothing", () => {
    inboxWindow(empty);
    expect(screen.getByText("Your inbox is empty")).toBeDefined();
  });
});

describe("the keys of the inbox", () => {
  it("go from offer to offer, and stay at the last one", async () => {
    const { user } = inboxWindow(inbox);
    const [first, second] = cards();
    const press = async (key: string) => {
      await user.keyboard(`{Control>}{${key}}{/Control}`);
      return document.activeElement;
    };
    expect(await press("ArrowDown")).toBe(first);
    expect(await press("ArrowDown")).toBe(second);
    within(second as HTMLElement).getByTestId("decline-button").focus();
    expect(await press("ArrowDown")).toBe(within(second as HTMLElement).getByTestId("decline-button"));
    expect(await press("ArrowUp")).toBe(first);
    (document.activeElement as HTMLElement).blur();
    expect(await press("ArrowUp")).toBe(second);
    expect(cards()).toHaveLength(2);
  });

  it("are listed, from a box that can be ticked too, and the list is closed by Escape", async () => {
    const { user } = inboxWindow(inbox);
    screen.getByTestId("always-check").focus();
    await user.keyboard(" ?");
    const list = await screen.findByTestId("shortcut-list");
    expect(within(list).getAllByRole("term").map(({ textContent }) => textContent)).toEqual(["Next offer", "Previous offer", "This list", "Quit"]);
    expect(within(list).getAllByRole("definition")[0]?.textContent).toBe("Ctrl↓");
    // Behind it nothing is done.
    await user.keyboard("{Control>}{ArrowDown}{/Control}");
    expect(list.contains(document.activeElement)).toBe(true);
    await user.keyboard("{Escape}");
    await vi.waitFor(() => expect(screen.queryByTestId("shortcut-list")).toBeNull());
  });

  it("answer nothing", async () => {
    const { host, user } = inboxWindow(inbox);
    await user.keyboard("{Control>}{ArrowDown}{/Control}");
    await user.keyboard("abcdefghijklmnopqrstuvwxyz0123456789{Enter} {Delete}{Backspace}{Escape}");
    expect(host.asked).toEqual([]);
    expect(INBOX_SHORTCUTS.map(({ mod, key }) => mod || key === "?")).not.toContain(false);
  });
});
