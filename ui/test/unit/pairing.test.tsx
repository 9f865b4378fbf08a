import { act, screen, within } from "@testing-library/react";
import { describe, expect, it, vi } from "vitest";
import { waiting } from "../../src/gallery/pairings";
import { busy, studio } from "../../src/gallery/scenes";
import type { Code, PairingView } from "../../src/host/api";
import { usePairing } from "../../src/state/pairing";
import { readSecret } from "../../src/transfer/secret";
import { words } from "../../src/words";
import { mainWindow } from "./window";

const peer = { device_id: studio.device_id, name: studio.name, role: studio.role, known: true };
const TICKET = `chunkstream1${"a".repeat(40)}`;

const join = () => screen.getByTestId("pair-join");
const target = () => screen.getByTestId<HTMLInputElement>("target-input");
const shown = () => within(screen.getByTestId("pair-words")).getAllByRole("listitem").map(({ textContent }) => textContent);

async function opened(way?: "enter" | "compare") {
  const { host, user } = mainWindow(busy, "devices");
  await user.click(screen.getByTestId("pair-button"));
  if (way !== undefined) await user.click(screen.getByTestId(`pair-${way}`));
  let revision = 100;
  const push = (view: Partial<PairingView>) => {
    revision += 1;
    act(() => host.push({ pairing: { ...waiting, ...view, revision } }));
  };
  const names = () => host.asked.map(({ name }) => name);
  return { host, user, push, names };
}

describe("showing a code", () => {
  it("shows the code, the picture of its ticket and how long it is good for", async () => {
    vi.spyOn(Date, "now").mockReturnValue(1_000_000);
    const { names, push } = await opened();
    expect(names()).toEqual(["invite_device"]);
    expect((await screen.findByTestId("pair-code")).textContent).toBe("482-913-578");
    push({ way: "code", code: "111-222-333", ticket: TICKET, qr: ["101", "010", "111"], until_ms: 1_000_000 + 272_000 });
    expect(screen.getByTestId("pair-code").textContent).toBe("111-222-333");
    expect(screen.getByTestId("pair-countdown").textContent).toBe("Valid for 4:32, once");
    expect(screen.getByTestId("pair-qr").getAttribute("viewBox")).toBe("0 0 11 11");
    const drawn = screen.getByTestId("pair-qr").querySelector("path")?.getAttribute("d");
    expect(drawn).toBe("M4 4h1v1h-1zM6 4h1v1h-1zM5 5h1v1h-1zM4 6h3v1h-3z");
    vi.restoreAllMocks();
  });

  it("tells of a wrong guess and shows the code that follows it", async () => {
    const { push } = await opened();
    const failure = { code: "wrong_code", message: "for the log", detail: null } as const;
    push({ way: "code", code: "999-888-777", ticket: TICKET, failure });
    expect(screen.getByTestId("pair-code").textContent).toBe("999-888-777");
    expect(screen.getByTestId("failure").textContent).toContain(words.failures.wrong_code.says(null));
  });

  it("makes another code when the first is spent, and only when somebody wants it", async () => {
    const { user, push, names } = await opened();
    push({ way: "code", state: "failed", failure: { code: "code_spent", message: "x", detail: null } });
    expect(screen.getByTestId("failure").textContent).toContain("no longer valid");
    expect(names()).toEqual(["invite_device"]);
    await user.click(screen.getByTestId("pair-new-code"));
    expect(names()).toEqual(["invite_device", "invite_device"]);
    expect(await screen.findByTestId("pair-code")).toBeDefined();
  });

  it("says who it is when it is done, and what that device may do", async () => {
    const { host, user, push } = await opened();
    push({ way: "code", state: "paired", device: peer });
    const done = screen.getByTestId("pair-done");
    expect(done.textContent).toContain("Paired with Studio Mac");
    expect(done.textContent).toContain(studio.device_id);
    expect(document.activeElement).toBe(screen.getByTestId("pair-close"));
    await user.click(screen.getByTestId("pair-role"));
    await user.click(await screen.findByRole("option", { name: /^Mine/ }));
    expect(host.asked.at(-1)).toEqual({ name: "trust", args: { device: studio.device_id, role: "mine" } });
    await user.click(screen.getByTestId("pair-close"));
    expect(screen.queryByTestId("pair-dialog")).toBeNull();
  });

  it("closes the device again when the dialog is closed", async () => {
    const { user, names } = await opened();
    await screen.findByTestId("pair-code");
    await user.keyboard("{Escape}");
    expect(screen.queryByTestId("pair-dialog")).toBeNull();
    expect(names()).toEqual(["invite_device", "cancel_pairing"]);
    // What was is not shown when it is opened anew.
    await user.click(screen.getByTestId("pair-button"));
    expect(names().at(-1)).toBe("invite_device");
  });
});

describe("entering a code", () => {
  it("needs the address with a code, and none with a ticket", async () => {
    const { host, user } = await opened("enter");
    expect(join()).toHaveProperty("disabled", true);
    await user.type(screen.getByTestId("pair-secret"), "482 913 578");
    expect(join()).toHaveProperty("disabled", true);
    await user.type(screen.getByTestId("pair-place"), "10.0.0.7:47700{Enter}");
    expect(host.asked.at(-1)).toEqual({ name: "join_device", args: { with: "482 913 578", at: "10.0.0.7:47700" } });
    expect(await screen.findByTestId("pair-connecting")).toBeDefined();
    await user.click(within(screen.getByTestId("pair-connecting")).getByRole("button"));
    await user.clear(await screen.findByTestId("pair-secret"));
    await user.type(screen.getByTestId("pair-secret"), TICKET);
    expect(screen.queryByTestId("pair-place")).toBeNull();
    await user.keyboard("{Enter}");
    expect(host.asked.at(-1)).toEqual({ name: "join_device", args: { with: TICKET } });
  });

  it.each<Code>(["wrong_code", "code_spent", "not_pairing", "unreachable", "identity_refused", "bad_target", "declined"])(
    "shows %s in words with the next step, and keeps what was typed",
    async (code) => {
      const { user, push } = await opened("enter");
      await user.type(screen.getByTestId("pair-secret"), "482913578");
      push({ side: "guest", way: "code", state: "failed", failure: { code, message: "for the log", detail: null } });
      const text = screen.getByTestId("failure").textContent;
      expect(text).toContain(words.failures[code].says(null));
      expect(text).toContain(words.failures[code].next);
      expect(text).not.toContain("for the log");
      expect(screen.getByTestId("pair-secret")).toHaveProperty("value", "482913578");
    },
  );

  it("shows what the engine refuses at once in the dialog, not behind it", async () => {
    const refusal = { code: "bad_target", message: "x", detail: "nowhere" } as const;
    const { user } = mainWindow({ ...busy, fails: { join_device: refusal } }, "devices");
    act(() => usePairing.getState().open("enter", "nowhere"));
    await user.type(screen.getByTestId("pair-secret"), "482913578{Enter}");
    expect((await screen.findByTestId("failure")).textContent).toContain("“nowhere” is no ticket");
    expect(screen.queryByTestId("notice")).toBeNull();
  });

  it("gives up what was shown when another way is chosen", async () => {
    const { names } = await opened("enter");
    expect(names()).toEqual(["invite_device", "cancel_pairing"]);
    expect(screen.queryByTestId("failure")).toBeNull();
  });
});

describe("a device nearby", () => {
  const nearby = {
    searching: true,
    problem: null,
    devices: [{ id: "W5XKT9", name: "Reception", known: false, role: "ask", addresses: ["10.0.0.9:24880"], open_for_pairing: true, since_ms: 0 }],
  } as const;
  const scene = { ...busy, nearby: { ...nearby, devices: nearby.devices.map((one) => ({ ...one, addresses: [...one.addresses] })) } };

  it("is found by the code alone, or chosen among those that wait", async () => {
    const { host, user } = mainWindow(scene, "devices");
    act(() => usePairing.getState().open("enter"));
    await user.type(await screen.findByTestId("pair-secret"), "482913578{Enter}");
    expect(host.asked.at(-1)).toEqual({ name: "join_device", args: { with: "482913578" } });
    await user.click(within(screen.getByTestId("pair-connecting")).getByRole("button"));
    await user.click(await screen.findByTestId("pair-waiting-device"));
    await user.click(join());
    expect(host.asked.at(-1)).toEqual({ name: "join_device", args: { with: "482913578", at: "10.0.0.9:24880" } });
  });

  it("is gone to without an address to compare words", async () => {
    const { host, user } = mainWindow(scene, "devices");
    act(() => usePairing.getState().open("compare"));
    await user.click(await screen.findByTestId("pair-join"));
    expect(host.asked.at(-1)).toEqual({ name: "join_device", args: {} });
  });
});

describe("comparing words", () => {
  const compared = { way: "words", state: "comparing", words: ["amber", "telescope", "amber", "librarian"], device: peer } as const;

  it("shows them in their order and waits for the other side after a yes", async () => {
    const { host, user, push } = await opened("compare");
    await user.click(screen.getByTestId("pair-wait"));
    expect(host.asked.at(-1)).toEqual({ name: "invite_device", args: { way: "words" } });
    expect(screen.getByTestId("pair-waiting")).toBeDefined();
    push({ ...compared, words: [...compared.words] });
    expect(shown()).toEqual(["1amber", "2telescope", "3amber", "4librarian"]);
    await user.click(screen.getByTestId("words-same"));
    expect(host.asked.at(-1)).toEqual({ name: "confirm_words", args: { same: true } });
    expect(screen.queryByTestId("words-same")).toBeNull();
    expect(screen.getByTestId("pair-dialog").textContent).toContain("Waiting for the other side to say so, too.");
  });

  it("lets nobody in when they differ, and says what that may mean", async () => {
    const { host, user, push } = await opened("compare");
    await user.type(screen.getByTestId("pair-place"), "10.0.0.7:47700{Enter}");
    expect(host.asked.at(-1)).toEqual({ name: "join_device", args: { at: "10.0.0.7:47700" } });
    push({ ...compared, side: "guest", words: [...compared.words] });
    await user.click(screen.getByTestId("words-differ"));
    expect((await screen.findByTestId("failure")).textContent).toContain("Somebody may stand between the devices");
  });
});

describe("what was entered", () => {
  it("is told apart as the engine does", () => {
    expect(["", "482-913-578", "482913578", TICKET, "48291357", "4829135780", "hello", "482.913.578"].map(readSecret)).toEqual(
      ["empty", "code", "code", "ticket", "incomplete", "incomplete", "incomplete", "incomplete"],
    );
  });
});

describe("a code where a device to send to is expected", () => {
  it("leads to pairing, and its device takes the place of the code", async () => {
    const { host, user } = mainWindow({ ...busy, devices: [] });
    await user.type(target(), " 482 913 578 ");
    expect(screen.getByTestId("send-hint").textContent).toContain("Pair with the device first.");
    await user.click(screen.getByTestId("target-pair"));
    expect(screen.getByTestId("pair-secret")).toHaveProperty("value", "482 913 578");
    act(() => host.push({ devices: [studio], pairing: { ...waiting, way: "code", state: "paired", device: peer, revision: 100 } }));
    await user.click(screen.getByTestId("pair-close"));
    expect(target().value).toBe("");
    expect(screen.getByTestId("device-tile").getAttribute("aria-pressed")).toBe("true");
  });

  it("stays there when it was not used", async () => {
    const { host, user } = mainWindow(busy);
    await user.type(screen.getByTestId("target-input"), "482-913-578");
    await user.click(screen.getByTestId("target-pair"));
    await user.keyboard("{Escape}");
    expect(screen.queryByTestId("pair-dialog")).toBeNull();
    expect(screen.getByTestId("target-input")).toHaveProperty("value", "482-913-578");
    expect(host.asked).toEqual([]);
    // One that was begun elsewhere does not choose its device.
    await user.click(screen.getByTestId("nav-devices"));
    act(() => host.push({ pairing: { ...waiting, way: "code", state: "paired", device: peer, revision: 100 } }));
    await user.click(screen.getByTestId("pair-button"));
    act(() => host.push({ pairing: { ...waiting, way: "code", state: "paired", device: peer, revision: 200 } }));
    await user.click(screen.getByTestId("nav-send"));
    expect(screen.getAllByTestId("device-tile").some((tile) => tile.getAttribute("aria-pressed") === "true")).toBe(false);
  });
});
