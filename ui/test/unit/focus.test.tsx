// Where the focus goes when what had it goes: never to the top of the page.

import { act, screen, within } from "@testing-library/react";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { busy, empty, inbox } from "../../src/gallery/scenes";
import { useDraft } from "../../src/state/draft";
import { keepFocus } from "../../src/state/keepFocus";
import { inboxWindow, mainWindow } from "./window";

let stop: () => void;
beforeEach(() => (stop = keepFocus()));
afterEach(() => stop());

const all = (testId: string) => screen.getAllByTestId(testId);
const focused = () => document.activeElement as HTMLElement;
/** Something that can have the focus, in places of the page that the test makes. */
function page(html: string): HTMLElement {
  const root = document.createElement("main");
  root.innerHTML = html;
  document.body.append(root);
  return root;
}
const at = (root: HTMLElement, id: string) => root.querySelector(`#${id}`) as HTMLElement;

describe("a list that has dropped down", () => {
  it("counts only while it is open", async () => {
    const root = page(`<div hidden><div role="listbox"></div></div><section id="place"><button id="gone"></button></section>`);
    at(root, "gone").focus();
    at(root, "gone").remove();
    await vi.waitFor(() => expect(focused()).toBe(at(root, "place")));
    root.innerHTML = `<div><div role="listbox"></div></div><section id="place"><button id="gone"></button></section>`;
    at(root, "gone").focus();
    at(root, "gone").remove();
    await new Promise((drawn) => requestAnimationFrame(drawn));
    expect(focused()).toBe(document.body);
    root.remove();
  });
});

describe("a row that goes", () => {
  it("leaves the focus to the next one, and the last to the one before", async () => {
    const { user } = mainWindow(empty, "send");
    act(() => useDraft.getState().add(["/home/ada/a", "/home/ada/b", "/home/ada/c", "/home/ada/d"]));
    await vi.waitFor(() => expect(all("remove-item")).toHaveLength(4));
    const second = all("remove-item")[1] as HTMLElement;
    const third = all("remove-item")[2] as HTMLElement;
    second.focus();
    await user.keyboard("{Enter}");
    await vi.waitFor(() => expect(focused()).toBe(third));
    expect(all("remove-item")).toHaveLength(3);
    const last = all("remove-item").at(-1) as HTMLElement;
    const before = all("remove-item").at(-2) as HTMLElement;
    last.focus();
    await user.keyboard("{Enter}");
    await vi.waitFor(() => expect(focused()).toBe(before));
  });

  it("is reached by one Tab, arrows go on, and Delete removes it", async () => {
    const { user } = mainWindow(empty, "send");
    act(() => useDraft.getState().add(Array.from({ length: 300 }, (_, n) => `/home/ada/${n}`)));
    await vi.waitFor(() => expect(all("remove-item").length).toBeGreaterThan(8));
    const stops = () => all("remove-item").filter(({ tabIndex }) => tabIndex === 0);
    expect(stops()).toEqual([all("remove-item")[0]]);
    stops()[0]?.focus();
    await user.keyboard("{ArrowDown}{ArrowDown}{ArrowUp}");
    expect(focused().getAttribute("aria-label")).toBe("Remove 1");
    expect(stops()).toEqual([focused()]);
    await user.keyboard("{Delete}");
    await vi.waitFor(() => expect(focused().getAttribute("aria-label")).toBe("Remove 2"));
    await user.keyboard("{Backspace}");
    await vi.waitFor(() => expect(focused().getAttribute("aria-label")).toBe("Remove 3"));
    expect(useDraft.getState().paths).toHaveLength(298);
    expect(stops()).toEqual([focused()]);
    await user.tab();
    expect(focused().closest("[data-testid=drop-area]")).toBeNull();
  });

  it("does not call back whoever has gone on from its end", async () => {
    const { user } = mainWindow(empty, "send");
    act(() => useDraft.getState().add(["/home/ada/a", "/home/ada/b"]));
    await vi.waitFor(() => expect(all("remove-item")).toHaveLength(2));
    const field = screen.getByTestId("target-input");
    for (const [row, keys] of [[0, "{ArrowUp}"], [1, "{ArrowDown}{End}"], [1, "{Home}{End}{ArrowDown}"]] as const) {
      all("remove-item")[row]?.focus();
      await user.keyboard(keys);
      await user.clear(field);
      await user.type(field, "ab");
      expect(field).toHaveProperty("value", "ab");
      expect(focused()).toBe(field);
    }
    expect(all("remove-item")).toHaveLength(2);
  });

  it("leaves it to its neighbour also when its menu took it away", async () => {
    const { user } = mainWindow(busy, "history");
    const rows = all("history-row").map((row) => row.closest("button") as HTMLElement);
    (rows[0] as HTMLElement).focus();
    await user.keyboard("{Shift>}{F10}{/Shift}");
    await user.click(within(await screen.findByRole("menu")).getByTestId("remove-item"));
    await vi.waitFor(() => expect(rows[0]?.isConnected).toBe(false));
    await vi.waitFor(() => expect(focused()).toBe(rows[1]));
  });

  it("leaves it to the page's place when it was the only one", async () => {
    const { user } = mainWindow(empty, "send");
    act(() => useDraft.getState().add(["/home/ada/a"]));
    (all("remove-item")[0] as HTMLElement).focus();
    await user.keyboard("{Enter}");
    await vi.waitFor(() => expect(screen.queryByTestId("remove-item")).toBeNull());
    await vi.waitFor(() => expect(focused()).not.toBe(document.body));
    expect(focused().closest("main")).not.toBeNull();
  });
});

describe("an offer that is answered", () => {
  it("leaves the focus beside it, and on nothing that a second Enter would press", async () => {
    const { user, host } = inboxWindow(inbox);
    (all("accept-button")[0] as HTMLElement).focus();
    const card = all("offer-card")[0] as HTMLElement;
    await user.keyboard("{Enter}");
    await vi.waitFor(() => expect(card.isConnected).toBe(false));
    await vi.waitFor(() => expect(focused()).not.toBe(document.body));
    expect(focused().matches("button, a, input")).toBe(false);
    const { length } = host.asked;
    await user.keyboard("{Enter}");
    expect(host.asked).toHaveLength(length);
  });
});

describe("the focus", () => {
  let root: HTMLElement;
  afterEach(() => root.remove());

  it("goes to the nearest place that is left, and that is no stop of Tab afterwards", async () => {
    root = page(`<section id="outer"><div id="inner"><button id="one">1</button></div></section><button id="two">2</button>`);
    at(root, "one").focus();
    const outer = at(root, "outer");
    act(() => at(root, "inner").remove());
    await vi.waitFor(() => expect(focused()).toBe(outer));
    at(root, "two").focus();
    expect(outer.hasAttribute("tabindex")).toBe(false);
  });

  it("stays where it is when it was given on purpose", async () => {
    root = page(`<div id="a"><button id="one">1</button></div><button id="two">2</button>`);
    at(root, "one").focus();
    at(root, "two").focus();
    at(root, "a").remove();
    await Promise.resolve();
    expect(focused()).toBe(at(root, "two"));
  });

  it("is nobody's after a click beside everything", async () => {
    root = page(`<div id="a"><button id="one">1</button></div><p id="text">beside</p>`);
    at(root, "one").focus();
    at(root, "text").dispatchEvent(new Event("pointerdown", { bubbles: true }));
    at(root, "one").blur();
    at(root, "a").remove();
    await Promise.resolve();
    expect(focused()).toBe(document.body);
  });

  it("follows what only moved", async () => {
    root = page(`<div id="a"><button id="one">1</button></div><div id="b"></div>`);
    const one = at(root, "one");
    one.focus();
    at(root, "b").append(one);
    one.focus();
    await Promise.resolve();
    expect(focused()).toBe(one);
    one.remove();
    await vi.waitFor(() => expect(focused()).toBe(at(root, "b")));
  });

  it("waits for the end of a menu that is open", async () => {
    root = page(`<ul><li id="a"><button id="one" data-heir>1</button></li><li><button id="two" data-heir>2</button></li></ul>`);
    at(root, "one").focus();
    const menu = document.createElement("div");
    menu.setAttribute("role", "menu");
    menu.innerHTML = `<button>Remove</button>`;
    document.body.append(menu);
    (menu.firstChild as HTMLElement).focus();
    at(root, "a").remove();
    await Promise.resolve();
    expect(focused()).toBe(menu.firstChild);
    menu.remove();
    await vi.waitFor(() => expect(focused()).toBe(at(root, "two")));
  });
});
