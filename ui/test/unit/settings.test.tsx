import { screen, within } from "@testing-library/react";
import { afterEach, describe, expect, it, vi } from "vitest";
import { empty, limited } from "../../src/gallery/scenes";
import { joined, split, type Unit } from "../../src/screens/settings/limit";
import { quotaUnits, waitUnits } from "../../src/screens/settings/units";
import { speak, words } from "../../src/words";
import { en } from "../../src/words/en";
import { LANGUAGES } from "../../src/words/locale";
import { mainWindow } from "./window";

afterEach(() => speak("en"));

describe("the settings of receiving", () => {
  it("show what is set", () => {
    mainWindow(limited, "settings");
    expect(screen.getByTestId("conflict-setting").textContent).toBe("Ask");
    expect(screen.getByTestId("quota-number")).toHaveProperty("value", "250");
    expect(screen.getByTestId("quota-unit").textContent).toBe("GB");
    expect(screen.getByTestId("wait-number")).toHaveProperty("value", "3");
    expect(screen.getByTestId("wait-unit").textContent).toBe("days");
    expect(screen.getByTestId("order-setting").textContent).toBe("Smallest first");
  });

  it("change what is done when a name is taken", async () => {
    const { host, user } = mainWindow(empty, "settings");
    await user.click(screen.getByTestId("conflict-setting"));
    await user.click(await screen.findByRole("option", { name: /^Skip if identical/ }));
    expect(host.asked.at(-1)).toEqual({ name: "change_settings", args: { conflict: "skip_identical" } });
    expect(screen.getByTestId("conflict-setting").textContent).toBe("Skip if identical");
  });

  it("set a limit in the unit that was chosen, and take it away", async () => {
    const { host, user } = mainWindow(empty, "settings");
    expect(screen.queryByTestId("quota-number")).toBeNull();
    await user.click(screen.getByTestId("quota-on"));
    await user.clear(screen.getByTestId("quota-number"));
    await user.type(screen.getByTestId("quota-number"), "1.5");
    await user.click(screen.getByTestId("quota-unit"));
    await user.click(await screen.findByRole("option", { name: "TB" }));
    await user.click(screen.getByTestId("quota-save"));
    expect(host.asked.at(-1)).toEqual({ name: "change_settings", args: { inbox_quota: 1.5e12 } });
    expect(screen.getByTestId("quota-save")).toHaveProperty("disabled", true);
    await user.click(screen.getByTestId("quota-on"));
    await user.click(screen.getByTestId("quota-save"));
    expect(host.asked.at(-1)).toEqual({ name: "change_settings", args: { inbox_quota: 0 } });
  });

  it("limit what all devices send and receive together, in the unit that was chosen", async () => {
    const { host, user } = mainWindow(empty, "settings");
    for (const way of ["send", "receive"]) {
      await user.click(screen.getByTestId(`${way}-limit-on`));
      await user.clear(screen.getByTestId(`${way}-limit-number`));
      await user.type(screen.getByTestId(`${way}-limit-number`), "200");
      await user.click(screen.getByTestId(`${way}-limit-unit`));
      await user.click(await screen.findByRole("option", { name: "Mbit/s" }));
      await user.click(screen.getByTestId(`${way}-limit-save`));
      expect(host.asked.at(-1)).toEqual({ name: "change_settings", args: { [`${way}_limit`]: 25_000_000 } });
      expect(screen.getByTestId(`${way}-limit-number`)).toHaveProperty("value", "25");
      await user.click(screen.getByTestId(`${way}-limit-on`));
      await user.click(screen.getByTestId(`${way}-limit-save`));
      expect(host.asked.at(-1)).toEqual({ name: "change_settings", args: { [`${way}_limit`]: 0 } });
    }
  });

  it("refuse what is no number, and say so", async () => {
    const { user } = mainWindow(limited, "settings");
    const field = screen.getByTestId("wait-number");
    await user.clear(field);
    await user.type(field, "soon");
    expect(field.getAttribute("aria-invalid")).toBe("true");
    expect(screen.getByText("Enter a number above zero.")).toBeDefined();
    expect(screen.getByTestId("wait-save")).toHaveProperty("disabled", true);
  });
});

describe("starting with the system", () => {
  it("is asked of the system, and changes at once", async () => {
    const { host, user } = mainWindow(empty, "settings");
    const control = await screen.findByRole("switch", { name: "Start with the system" });
    await vi.waitFor(() => expect(control.hasAttribute("data-disabled")).toBe(false));
    expect(control.getAttribute("aria-checked")).toBe("false");
    await user.click(control);
    expect(host.asked.at(-1)).toEqual({ name: "set_autostart", args: { on: true } });
    await vi.waitFor(() => expect(control.getAttribute("aria-checked")).toBe("true"));
    await user.click(control);
    expect(host.asked.at(-1)).toEqual({ name: "set_autostart", args: { on: false } });
    await vi.waitFor(() => expect(control.getAttribute("aria-checked")).toBe("false"));
  });

  it("stays off when the system refuses, and says so", async () => {
    const { user } = mainWindow({ ...empty, noAutostart: true }, "settings");
    const control = await screen.findByTestId("autostart");
    await vi.waitFor(() => expect(control.hasAttribute("data-disabled")).toBe(false));
    await user.click(control);
    expect(await screen.findByTestId("notice")).toBeDefined();
    expect(control.getAttribute("aria-checked")).toBe("false");
  });

  it.each(LANGUAGES)("has its words in %s", (language) => {
    speak(language);
    const { autostart, autostartHint, title } = words.settings.system;
    for (const text of [title, autostart, autostartHint]) expect(text.trim()).not.toBe("");
    if (language !== "en") expect([autostart, autostartHint]).not.toContain(en.settings.system.autostart);
    speak("en");
  });
});

describe("the program itself", () => {
  it("is named with its version and its license, and can be ended", async () => {
    const { host, user } = mainWindow(empty, "settings");
    const card = await screen.findByRole("region", { name: "ChunkStream Pro 0.1.0" });
    expect((await within(card).findByTestId("license")).textContent).toBe("License: MIT. ");
    await user.click(within(card).getByRole("button", { name: "Quit" }));
    expect(host.asked).toContainEqual({ name: "ask_to_quit", args: null });
  });
});

describe("partial files", () => {
  it("are listed with their sizes, and removed one by one after asking", async () => {
    const { host, user } = mainWindow(limited, "settings");
    const rows = await screen.findAllByTestId("leftover");
    expect(rows.map(({ textContent }) => textContent)).toEqual([
      expect.stringMatching(/^field recordings.*6\.1 GB/),
      expect.stringMatching(/^Of a transfer that is not in the list any more.*812 MB/),
    ]);
    await user.click(within(rows[1] as HTMLElement).getByTestId("remove-leftover"));
    expect(host.asked.map(({ name }) => name)).toEqual(["leftovers"]);
    await user.click(await screen.findByTestId("confirm-yes"));
    expect(host.asked[1]).toEqual({ name: "remove_leftover", args: { path: "/mnt/stick/.chunkstream-4f1c9a" } });
    expect(screen.getAllByTestId("leftover")).toHaveLength(1);
  });

  it("are said to be none, or not to be known", async () => {
    mainWindow(empty, "settings");
    expect(await screen.findByTestId("no-leftovers")).toBeDefined();
  });

  it("are not said to be none when they could not be looked up", async () => {
    mainWindow({ ...empty, fails: { leftovers: { code: "disk_unwritable", message: "x", detail: null } } }, "settings");
    expect(await screen.findByText("They could not be looked up.")).toBeDefined();
    expect(screen.queryByTestId("no-leftovers")).toBeNull();
  });
});

describe("a limit as it is entered", () => {
  const [mega, giga] = quotaUnits() as [Unit<"MB">, Unit<"GB">];

  it("is shown in the largest unit that fits", () => {
    expect(split(250e9, quotaUnits())).toEqual({ number: "250", unit: "GB" });
    expect(split(1.5e12, quotaUnits())).toEqual({ number: "1.5", unit: "TB" });
    expect(split(1_234_567_000, quotaUnits())).toEqual({ number: "1234.567", unit: "MB" });
    expect(split(72, waitUnits())).toEqual({ number: "3", unit: "days" });
    expect(split(5, waitUnits())).toEqual({ number: "5", unit: "hours" });
  });

  it("is a number above zero and not beyond the most", () => {
    expect(joined(false, "rubbish", mega, 9)).toEqual({ kind: "none" });
    expect(joined(true, " 2.5 ", giga, 1e15)).toEqual({ kind: "limit", smallest: 2.5e9 });
    expect(joined(true, "1.1", giga, 1e15)).toEqual({ kind: "limit", smallest: 1.1e9 });
    for (const wrong of ["", "0", "-1", "1e3", "0x10", "Infinity"]) {
      expect(joined(true, wrong, giga, 1e15), wrong).toEqual({ kind: "wrong", why: "none" });
    }
    expect(joined(true, "3000000", giga, 1e15)).toEqual({ kind: "wrong", why: "much" });
  });

  it("is never rounded to another one", () => {
    const [hours, days] = waitUnits() as [Unit<"hours">, Unit<"days">];
    expect(joined(true, "1.5", hours, 1e6)).toEqual({ kind: "wrong", why: "fine" });
    expect(joined(true, "0.5", days, 1e6)).toEqual({ kind: "limit", smallest: 12 });
    expect(joined(true, "0.0000001", mega, 1e15)).toEqual({ kind: "wrong", why: "fine" });
  });

  const byLanguage = { en: ["1.5", "1,500"], de: ["1,5", "1.500"], ja: ["1.5", "1,500"] } as const;
  for (const language of LANGUAGES) {
    it(`is written and read as in ${language}, never as another number`, () => {
      speak(language);
      const [decimal, thousands] = byLanguage[language];
      const other = language === "de" ? byLanguage.en : byLanguage.de;
      expect(split(1.5e12, quotaUnits())).toEqual({ number: decimal, unit: "TB" });
      expect(split(1_234_567_000, quotaUnits()).number).toBe(decimal.replace("1", "1234").replace("5", "567"));
      expect(joined(true, decimal, giga, 1e15)).toEqual({ kind: "limit", smallest: 1.5e9 });
      for (const same of [thousands, "1500", "1 500", "1\u00a0500", "１５００"]) {
        expect(joined(true, same, mega, 1e15), same).toEqual({ kind: "limit", smallest: 1.5e9 });
      }
      const [point, comma] = [decimal[1], thousands[1]];
      expect(joined(true, `1${comma}234${comma}567${point}5`, mega, 1e15)).toEqual({ kind: "limit", smallest: 1_234_567.5e6 });
      for (const unclear of [other[0], `0${comma}500`, `1${comma}50`, `1${point}5${comma}000`, `1${point}5${point}0`, `1 500${comma}000`, `1500${comma}000`, `1${point}`]) {
        expect(joined(true, unclear, mega, 1e15), unclear).toEqual({ kind: "wrong", why: "unclear" });
      }
      // The sentence that helps shows what is read.
      const shown = words.settings.wrongNumber.unclear.match(/\d[.,]\d+/g) ?? [];
      expect(shown.map((number) => joined(true, number, mega, 1e15))).toEqual([1.5e6, 1.5e9].map((smallest) => ({ kind: "limit", smallest })));
    });
  }

  it("says what is wrong beside its field, and is not saved", async () => {
    const { host, user } = mainWindow(empty, "settings");
    await user.click(screen.getByTestId("quota-on"));
    const number = screen.getByTestId("quota-number");
    await user.clear(number);
    await user.type(number, "1,5{Enter}");
    const says = screen.getByTestId("quota-wrong");
    expect(says.textContent).toBe(words.settings.wrongNumber.unclear);
    expect(number.getAttribute("aria-describedby")).toBe(says.id);
    expect(screen.getByTestId("quota-save")).toHaveProperty("disabled", true);
    expect(host.asked.map(({ name }) => name)).not.toContain("change_settings");
  });
});
