import { act, screen, within } from "@testing-library/react";
import { describe, expect, it, vi } from "vitest";
import { busy, chosen, empty, refusing, studio } from "../../src/gallery/scenes";
import { mainWindow } from "./window";

const tile = (id: string) => screen.getAllByTestId("device-tile").find(({ dataset }) => dataset["deviceId"] === id);
const chosenPaths = () => screen.queryAllByTestId("selection-item").map(({ dataset }) => dataset["path"]);

describe("what is chosen", () => {
  it("is counted while it is looked at, and what cannot be read is named", async () => {
    const counting = { files: 812, folders: 3, bytes: 12e9, complete: false, unreadable: [], unreadable_count: 0 };
    const scene = { ...chosen, measured: counting };
    mainWindow(scene);
    expect((await screen.findByTestId("measure")).textContent).toBe("at least 812 files, 12 GB, still counting");
    scene.measured = { ...counting, files: 1204, bytes: 41.5e9, complete: true, unreadable: ["/root/secret"] as never[], unreadable_count: 1 };
    await vi.waitFor(() => expect(screen.getByTestId("measure").textContent).toBe("1,204 files, 41.5 GB"));
    expect(screen.getByTestId("unreadable-toggle").textContent).toContain("1 item cannot be read");
  });

  it("is sent all the same when it cannot be counted", async () => {
    const failure = { code: "usage", message: "too many", detail: null } as const;
    mainWindow({ ...chosen, fails: { measure: failure } });
    expect(await screen.findAllByTestId("selection-item")).not.toHaveLength(0);
    expect(screen.queryByTestId("measure")).toBeNull();
    expect(screen.queryByTestId("notice")).toBeNull();
  });
});

describe("the Send screen", () => {
  it("says what is missing until it can send, then sends exactly that and shows Activity", async () => {
    const { host, user } = mainWindow(busy);
    const hint = screen.getByTestId("send-hint");
    const button = screen.getByTestId("send-button");
    expect(hint).toHaveProperty("textContent", "Choose files and a device.");

    await user.click(screen.getByTestId("choose-files"));
    expect(hint.textContent).toBe("Choose a device, or paste a ticket.");
    expect(button).toHaveProperty("disabled", true);

    await user.click(tile(studio.device_id) as HTMLElement);
    await user.click(screen.getByTestId("priority-critical"));
    expect(button).toHaveProperty("disabled", false);
    await user.click(button);

    expect(host.asked).toContainEqual({
      name: "send",
      args: { paths: busy.files, targets: [studio.device_id], priority: "critical" },
    });
    expect(screen.getByRole("heading", { level: 1 }).textContent).toBe("Activity");
    const fresh = screen.getAllByTestId("transfer-row").filter(({ dataset }) => "fresh" in dataset);
    expect(fresh).toHaveLength(1);
  });

  it("sends to a typed ticket besides the tiles, and holds back while it is incomplete", async () => {
    const { host, user } = mainWindow(chosen);
    await screen.findAllByTestId("selection-item");
    const field = screen.getByTestId("target-input");
    await user.type(field, "R4TZ8W-XM2KQD-7HVPL9@studio");
    expect(screen.getByTestId("send-hint").textContent).toBe("Complete the ticket or address.");
    await user.type(field, ":47700");
    await user.click(screen.getByTestId("send-button"));
    expect(host.asked.at(-1)?.args).toMatchObject({ targets: ["R4TZ8W-XM2KQD-7HVPL9@studio:47700"] });
  });

  it("keeps the draft and shows words when the engine refuses", async () => {
    const { user } = mainWindow({ ...refusing, pending: chosen.pending ?? [] });
    await screen.findAllByTestId("selection-item");
    await user.click(tile(studio.device_id) as HTMLElement);
    await user.click(screen.getByTestId("send-button"));
    const notice = await screen.findByTestId("notice");
    expect(notice.textContent).toContain("“csp1abc” is no ticket, address or known device.");
    expect(chosenPaths()).toEqual(chosen.pending);
    await user.click(within(notice).getByRole("button"));
    expect(screen.queryByTestId("notice")).toBeNull();
  });

  it("tells that an unfinished transfer went on, and sends a new one if that is wanted", async () => {
    const { host, user } = mainWindow({ ...busy, pending: busy.folders ?? [] });
    await screen.findAllByTestId("selection-item");
    await user.click(tile(studio.device_id) as HTMLElement);
    await user.click(screen.getByTestId("send-button"));
    const notice = await screen.findByTestId("notice");
    expect(notice.textContent).toContain("Went on with the unfinished transfer to Studio Mac.");
    const fresh = screen.getAllByTestId("transfer-row").filter(({ dataset }) => "fresh" in dataset);
    expect(fresh.map(({ textContent }) => textContent).join()).toContain("Wedding 2026, raw");
    const before = screen.getAllByTestId("transfer-row").length;

    await user.click(within(notice).getByRole("button", { name: "Send as a new one" }));
    expect(host.asked.at(-1)).toEqual({
      name: "send",
      args: { paths: busy.folders, targets: [studio.device_id], priority: "normal", again: "new" },
    });
    expect(screen.queryByTestId("notice")).toBeNull();
    expect(screen.getAllByTestId("transfer-row")).toHaveLength(before + 1);
  });

  it("takes paths of the start, of a second start and of a drop anywhere", async () => {
    const { host } = mainWindow({ ...empty, pending: ["/a"] }, "devices");
    expect((await screen.findAllByTestId("selection-item")).length).toBe(1);
    act(() => host.shell({ kind: "paths", paths: ["/b"] }));
    act(() => host.dragOver({ x: 1, y: 1 }));
    expect(screen.getByTestId("drop-veil").textContent).toBe("Drop to add to what you send");
    act(() => host.drop(["/c"], { x: 1, y: 1 }));
    expect(screen.queryByTestId("drop-veil")).toBeNull();
    expect(chosenPaths()).toEqual(["/a", "/b", "/c"]);
  });

  it("sends at once what is dropped on a device", async () => {
    const { host } = mainWindow(busy);
    vi.spyOn(document, "elementFromPoint").mockReturnValue(tile(studio.device_id) as HTMLElement);
    act(() => host.dragOver({ x: 5, y: 5 }));
    expect(screen.getByTestId("drop-veil").textContent).toBe("Drop to send to Studio Mac at once");
    await act(async () => host.drop(["/c"], { x: 5, y: 5 }));
    expect(host.asked).toContainEqual({
      name: "send",
      args: { paths: ["/c"], targets: [studio.device_id], priority: "normal" },
    });
    vi.restoreAllMocks();
  });

  it("leads to pairing where no device is known, and stays", async () => {
    const { user } = mainWindow(empty);
    await user.click(screen.getByTestId("send-pair"));
    expect(await screen.findByTestId("pair-dialog")).toBeDefined();
    expect(screen.getByTestId("drop-area")).toBeDefined();
  });

  it("offers no blocked device, and online ones first", () => {
    mainWindow(busy);
    const names = screen.getAllByTestId("device-tile").map(({ textContent }) => textContent);
    expect(names.join()).not.toContain("Printer room");
    expect(names.at(-1)).toContain("Offline");
  });

  it("copies the own ticket", async () => {
    const { host, user } = mainWindow(empty);
    await user.click(screen.getByRole("button", { name: "Copy: Your ticket" }));
    expect(host.asked).toContainEqual({ name: "copy_text", args: screen.getByTestId("own-ticket").textContent });
  });
});
