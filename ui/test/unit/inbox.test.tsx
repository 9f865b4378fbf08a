import { screen, within } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import { empty, inbox } from "../../src/gallery/scenes";
import { inboxWindow } from "./window";

const cards = () => screen.getAllByTestId("offer-card");
const card = (text: string) => cards().find(({ textContent }) => textContent?.includes(text)) as HTMLElement;

describe("the inbox", () => {
  it("says who, what and whether it fits", () => {
    inboxWindow(inbox);
    const known = card("Summer house");
    expect(known.textContent).toContain("Grandmother’s laptop offers");
    expect(known.textContent).toContain("318 files, 12.4 GB");
    expect(within(known).getByTestId("space-line").textContent).toBe("Fits: 210 GB free");
    const strange = card("backup-of-everything");
    expect(strange.textContent).toContain("Unknown device");
    expect(within(strange).getByTestId("space-line").textContent).toBe("Does not fit: 3 GB more needed");
  });

  it("opens the preview as a tree", async () => {
    const { user } = inboxWindow(inbox);
    const known = card("Summer house");
    await user.click(within(known).getByTestId("preview-toggle"));
    const entries = within(known).getAllByRole("listitem");
    expect(entries.map(({ textContent }) => textContent)).toContain("IMG_2210.mov812 MB");
    const indents = entries.slice(0, 3).map(({ style }) => Number.parseFloat(style.paddingInlineStart));
    expect(indents).toEqual(indents.toSorted((a, b) => a - b));
    expect(new Set(indents).size).toBe(3);
  });

  it("accepts, accepts into a chosen folder, declines", async () => {
    const { host, user } = inboxWindow(inbox);
    const known = card("Summer house");
    const id = known.dataset["transferId"];
    await user.click(within(known).getByTestId("accept-to-button"));
    expect(host.asked).toEqual([{ name: "accept", args: { id, into: "/home/ada/Projects" } }]);
    expect(cards()).toHaveLength(1);
    await user.click(screen.getByTestId("decline-button"));
    expect(host.asked.at(-1)?.name).toBe("decline");
    expect(screen.queryAllByTestId("offer-card")).toEqual([]);
  });

  it("accepts nothing when the folder chooser was closed", async () => {
    const { host, user } = inboxWindow({ ...inbox, folder: null });
    await user.click(screen.getAllByTestId("accept-to-button")[0] as HTMLElement);
    expect(host.asked).toEqual([]);
    await user.click(screen.getAllByTestId("accept-button")[0] as HTMLElement);
    expect(host.asked).toMatchObject([{ name: "accept", args: { id: expect.any(String) } }]);
  });

  it("opens, shows and removes what has arrived", async () => {
    const { host, user } = inboxWindow(inbox);
    const item = screen.getAllByTestId("arrived-item")[0] as HTMLElement;
    for (const button of ["open-button", "show-button", "remove-button"]) {
      await user.click(within(item).getByTestId(button));
    }
    const path = "/home/ada/Downloads/contract, signed.pdf";
    expect(host.asked).toMatchObject([
      { name: "open_path", args: path },
      { name: "show_in_folder", args: path },
      { name: "remove", args: { id: item.dataset["transferId"] } },
    ]);
  });

  it("says when there is nothing", () => {
    inboxWindow(empty);
    expect(screen.getByText("Your inbox is empty")).toBeDefined();
  });
});
