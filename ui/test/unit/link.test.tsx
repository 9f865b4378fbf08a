import { act, screen } from "@testing-library/react";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { busy } from "../../src/gallery/scenes";
import type { Link } from "../../src/host/host";
import { SETTLE_MS, useAdding } from "../../src/state/link";
import { useNotices } from "../../src/state/notices";
import { usePairing } from "../../src/state/pairing";
import { words } from "../../src/words";
import { mainWindow } from "./window";

const TICKET = `chunkstream1${"a".repeat(40)}`;
const OTHER = `chunkstream1${"b".repeat(40)}`;

function opened(link: Link) {
  const { host, user } = mainWindow(busy, "send");
  const follow = (next: Link) => act(() => host.shell({ kind: "link", link: next }));
  follow(link);
  const names = () => host.asked.map(({ name }) => name);
  return { user, follow, names };
}

const settle = () => act(() => vi.advanceTimersByTime(SETTLE_MS));
const value = (id: string) => (screen.getByTestId(id) as HTMLInputElement).value;
const disabled = (id: string) => (screen.getByTestId(id) as HTMLButtonElement).disabled;

beforeEach(() => vi.useFakeTimers({ shouldAdvanceTime: true }));
afterEach(() => {
  vi.useRealTimers();
  usePairing.getState().close();
  useAdding.getState().enter("");
  useNotices.setState({ shown: [] });
});

describe("a link with a ticket for pairing", () => {
  it("fills the dialog, says where that came from and asks the engine nothing", () => {
    const { names } = opened({ means: "pair", ticket: TICKET });
    expect(value("pair-secret")).toBe(TICKET);
    expect(screen.getByTestId("linked").textContent).toBe(words.link.filled);
    settle();
    expect(names()).toEqual([]);
  });

  it("lets a click through only when it has been in sight for a while", async () => {
    const { user, names } = opened({ means: "pair", ticket: TICKET });
    expect(disabled("pair-join")).toBe(true);
    await user.type(screen.getByTestId("pair-secret"), "{Enter}");
    expect(names()).toEqual([]);
    settle();
    expect(disabled("pair-join")).toBe(false);
    await user.click(screen.getByTestId("pair-join"));
    expect(names()).toEqual(["join_device"]);
  });

  it("does not change what stands in a dialog that is open", () => {
    const { follow } = opened({ means: "pair", ticket: TICKET });
    follow({ means: "pair", ticket: OTHER });
    expect(value("pair-secret")).toBe(TICKET);
    expect(screen.getByText(words.link.busy)).toBeDefined();
  });

  it("is the person's own once it is changed by hand", async () => {
    const { user } = opened({ means: "pair", ticket: TICKET });
    await user.type(screen.getByTestId("pair-secret"), "a");
    expect(screen.queryByTestId("linked")).toBeNull();
    expect(disabled("pair-join")).toBe(false);
  });
});

describe("a link with a device's ticket", () => {
  it("fills the field for it on the Devices screen and adds nothing", async () => {
    const { user, names } = opened({ means: "device", ticket: TICKET });
    expect(value("add-device-input")).toBe(TICKET);
    expect(disabled("add-device-button")).toBe(true);
    expect(names()).toEqual([]);
    settle();
    await user.click(screen.getByTestId("add-device-button"));
    expect(names()).toEqual(["trust"]);
  });

  it("leaves alone what was entered there", () => {
    useAdding.getState().enter("half a tick");
    opened({ means: "device", ticket: TICKET });
    expect(value("add-device-input")).toBe("half a tick");
    expect(screen.getByText(words.link.busy)).toBeDefined();
  });

  it("can be followed by another one, which has to settle again", () => {
    const { follow } = opened({ means: "device", ticket: TICKET });
    settle();
    follow({ means: "device", ticket: OTHER });
    expect(value("add-device-input")).toBe(OTHER);
    expect(disabled("add-device-button")).toBe(true);
  });
});

describe("what waits for the window", () => {
  it("is heard once it is there, a link too", async () => {
    mainWindow({ ...busy, waiting: [{ kind: "link", link: { means: "pair", ticket: TICKET } }] });
    expect(await screen.findByTestId("pair-dialog")).toBeDefined();
    expect(value("pair-secret")).toBe(TICKET);
  });
});

describe("a link without a ticket", () => {
  it("is said to be none", () => {
    opened({ means: "unreadable" });
    expect(screen.getByText(words.failures.bad_target.says(null))).toBeDefined();
    expect(usePairing.getState().tab).toBeNull();
  });
});
