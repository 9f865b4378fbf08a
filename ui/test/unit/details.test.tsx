import { act, screen, within } from "@testing-library/react";
import { afterEach, describe, expect, it, vi } from "vitest";
import { empty, transfer } from "../../src/gallery/scenes";
import { layoutOf, shareOf } from "../../src/screens/activity/map/layout";
import { mainWindow } from "./window";

const asked = (host: ReturnType<typeof mainWindow>["host"], name: string) => host.looks.filter((one) => one.name === name);

afterEach(() => vi.useRealTimers());

describe("an opened row", () => {
  it("says in words what its map shows, and by which way it goes", async () => {
    const moving = transfer({ rate: 5, bytes: 52_428_800, durable_bytes: 26_214_400, files: 3 });
    const { user } = mainWindow({ ...empty, transfers: [moving] }, "activity");
    await user.click(screen.getByTestId("details-button"));
    expect((await screen.findByTestId("chunk-map-says")).textContent).toBe("50 of 100 have arrived (50%), 6 on their way, 12 rebuilt from parity");
    const canvas = screen.getByRole("img", { name: /50 of 100 have arrived/ });
    expect(canvas.tagName).toBe("CANVAS");
    const [used, other] = screen.getAllByTestId("path");
    expect([...(used?.children ?? [])].map(({ textContent }) => textContent)).toEqual(["192.168.1.31:47700", "in use, 34 ms, 0.4% lost"]);
    expect(other?.textContent).toContain("also known");
    expect(screen.queryByTestId("repair")).toBeNull();
  });

  it("tells what parity has cost and saved", async () => {
    const base = transfer({});
    const lossy = { ...base, stats: { ...base.stats, packets_lost: 2140, parity_bytes: 18_400_000, chunks_rebuilt: 9 } };
    const { user } = mainWindow({ ...empty, transfers: [lossy] }, "activity");
    await user.click(screen.getByTestId("details-button"));
    expect((await screen.findByTestId("repair")).textContent).toBe("Packets lost2,140Parity sent18.4 MBChunks rebuilt from parity9");
  });

  it("asks twice a second while it is open and moves, and not when it is closed or over", async () => {
    vi.useFakeTimers({ shouldAdvanceTime: true });
    const moving = transfer({ rate: 5 });
    const { host, user } = mainWindow({ ...empty, transfers: [moving] }, "activity");
    expect(asked(host, "details")).toHaveLength(0);
    await user.click(screen.getByTestId("details-button"));
    await act(() => vi.advanceTimersByTimeAsync(2100));
    const open = asked(host, "details").length;
    expect(open).toBeGreaterThanOrEqual(4);
    expect(open).toBeLessThanOrEqual(7);
    await act(async () => host.push({ transfers: [{ ...moving, state: "completed", finished_ms: 1 }] }));
    await act(() => vi.advanceTimersByTimeAsync(600));
    const over = asked(host, "details").length;
    await act(() => vi.advanceTimersByTimeAsync(3000));
    expect(asked(host, "details")).toHaveLength(over);
    await act(async () => host.push({ transfers: [{ ...moving, id: "b".repeat(32) }] }));
    await user.click(screen.getAllByTestId("details-button")[0] as HTMLElement);
    await user.click(screen.getAllByTestId("details-button")[0] as HTMLElement);
    const closed = asked(host, "details").length;
    expect(closed).toBeGreaterThan(over);
    await act(() => vi.advanceTimersByTimeAsync(3000));
    expect(asked(host, "details")).toHaveLength(closed);
  });

  it("keeps the row when the engine cannot answer", async () => {
    const failure = { code: "internal", message: "for the log", detail: null } as const;
    const { user } = mainWindow({ ...empty, transfers: [transfer({})], fails: { details: failure, entries: failure } }, "activity");
    await user.click(screen.getByTestId("details-button"));
    await user.click(screen.getByTestId("files-toggle"));
    expect(screen.queryByTestId("chunk-map")).toBeNull();
    expect(screen.queryByTestId("notice")).toBeNull();
  });
});

describe("the files of an opened row", () => {
  const many = transfer({ files: 100_000, files_done: 40_000, title: "old laptop" });

  it("are asked for by the pages in sight, of a hundred thousand", async () => {
    const { host, user } = mainWindow({ ...empty, transfers: [many] }, "activity");
    await user.click(screen.getByTestId("details-button"));
    expect(asked(host, "entries")).toEqual([]);
    await user.click(screen.getByTestId("files-toggle"));
    expect(await screen.findByText("stored as IMG_2004 (2).cr3", { exact: false })).toBeDefined();
    const rows = screen.getAllByTestId("file-row");
    expect(rows.length).toBeLessThan(60);
    expect(rows[0]?.closest("[role=listitem]")?.getAttribute("aria-setsize")).toBe("100000");
    for (const { args } of asked(host, "entries")) expect(args).toMatchObject({ limit: 200 });
  });

  it("are filtered by the engine", async () => {
    const { host, user } = mainWindow({ ...empty, transfers: [many] }, "activity");
    await user.click(screen.getByTestId("details-button"));
    await user.click(screen.getByTestId("files-toggle"));
    await user.click(screen.getByTestId("files-unfinished"));
    const list = await screen.findByRole("list", { name: "Files of old laptop" });
    expect((await within(list).findAllByTestId("file-row"))[0]?.dataset["standing"]).toBe("partial");
    expect(asked(host, "entries").at(-1)?.args).toEqual({ id: many.id, limit: 1000, only: "unfinished" });
    expect(screen.getByText("The first 1,000 of them.")).toBeDefined();
  });

  it("say so when there are none", async () => {
    const { user } = mainWindow({ ...empty, transfers: [transfer({ files: 3, files_done: 3 })] }, "activity");
    await user.click(screen.getByTestId("details-button"));
    await user.click(screen.getByTestId("files-toggle"));
    await user.click(screen.getByTestId("files-unfinished"));
    expect((await screen.findByTestId("files-none")).textContent).toBe("Every file has arrived.");
  });
});

describe("the layout of a map", () => {
  it("fills the width with squares, larger ones when they are few", () => {
    const large = layoutOf(10, 700);
    const small = layoutOf(1024, 700);
    expect(large.pitch).toBeGreaterThan(small.pitch);
    for (const [cells, layout] of [[10, large], [1024, small]] as const) {
      expect(layout.columns * layout.pitch).toBeLessThanOrEqual(700);
      expect(layout.columns * layout.rows).toBeGreaterThanOrEqual(cells);
      expect(layout.height).toBe(layout.rows * layout.pitch);
    }
    expect(layoutOf(0, 700).height).toBe(0);
    expect(layoutOf(5, 0).columns).toBe(0);
  });

  it("reads the letters of the engine", () => {
    expect([..."r9p0f.-"].map(shareOf)).toEqual([1, 0.9, 1, 0.1, 0, 0, null]);
  });
});
