import { cleanup, render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, describe, expect, it, vi } from "vitest";
import { busy, empty, transfer } from "../../src/gallery/scenes";
import type { Code } from "../../src/host/api";
import { HostContext } from "../../src/host/context";
import { fakeHost, type Scene } from "../../src/host/fake";
import { ProblemPage } from "../../src/problem/ProblemPage";
import { prefer } from "../../src/state/preferences";
import { isSteady } from "../../src/transfer/steady";
import { speak } from "../../src/words";
import { LANGUAGES } from "../../src/words/locale";
import { mainWindow } from "./window";

afterEach(() => {
  cleanup();
  prefer({ language: "system" });
  localStorage.clear();
});

function page(code: Code, more: Partial<Scene> = {}) {
  const problem = { failure: { code, message: "it has version 12", detail: null }, folder: "/home/ada/$& data", language: "en" } as const;
  const host = fakeHost({ ...empty, ...more, problem });
  render(
    <HostContext value={host}>
      <ProblemPage problem={problem} />
    </HostContext>,
  );
  return { host, user: userEvent.setup() };
}

const ways = () => screen.getAllByRole("button").map((button) => button.dataset["testid"]?.replace("way-", ""));

describe("the page of a start that fails", () => {
  it("says what is wrong, where, and why, with the keyboard on the first way out", async () => {
    const { host, user } = page("database_newer");
    expect(screen.getByRole("heading").textContent).toBe("This data was written by a newer version");
    expect(screen.getByTestId("start-problem").textContent).toContain("/home/ada/$& data");
    expect(screen.getByTestId("start-problem").textContent).toContain("Reason: it has version 12");
    expect(ways()).toEqual(["open_folder", "quit"]);
    await user.keyboard("{Enter}");
    await user.click(screen.getByTestId("way-quit"));
    expect(host.asked).toEqual([
      { name: "answer_problem", args: "open_folder" },
      { name: "answer_problem", args: "quit" },
    ]);
  });

  it("offers what helps against each problem", () => {
    const expected: [Code, string[]][] = [
      ["database_damaged", ["set_aside", "open_folder", "quit"]],
      ["listen_failed", ["other_port", "again", "quit"]],
      ["already_running", ["again", "quit"]],
      ["disk_full", ["again", "open_folder", "quit"]],
    ];
    for (const [code, names] of expected) {
      page(code);
      expect(ways()).toEqual(names);
      cleanup();
    }
  });

  it("says what came of it if that does not help, and can be tried again", async () => {
    const { user } = page("database_damaged", { answerFails: { code: "already_running", message: "for the log", detail: null } });
    await user.click(screen.getByTestId("way-set_aside"));
    expect(await screen.findByTestId("failure")).toBeDefined();
    expect(screen.getByTestId("way-set_aside")).toHaveProperty("disabled", false);
  });

  it.each(LANGUAGES)("leaves no name of a value in its sentences in %s", (language) => {
    speak(language);
    for (const code of ["database_newer", "database_damaged", "database", "listen_failed", "already_running", "key_unavailable", "internal"] as const) {
      page(code);
      expect(screen.getByTestId("start-problem").textContent).not.toMatch(/[{}]/);
      cleanup();
    }
    speak("en");
  });
});

describe("the main window", () => {
  it("tells the shell which language it speaks, and again when another one is chosen", async () => {
    const { host } = mainWindow(busy);
    expect(host.spoken).toEqual(["en"]);
    prefer({ theme: "dark" });
    prefer({ language: "ja" });
    await vi.waitFor(() => expect(host.spoken).toEqual(["en", "ja"]));
  });

  it("says that another port is used than the usual one", async () => {
    mainWindow({ ...busy, otherPort: 24_880 });
    expect((await screen.findByTestId("notice")).textContent).toContain("24880");
  });
});

it("draws a row's buttons anew with its first byte, because a cancel asks from then on", () => {
  const before = transfer({ title: "a", durable_bytes: 0 });
  expect(isSteady(before, { ...before, durable_bytes: 1 })).toBe(false);
  expect(isSteady({ ...before, durable_bytes: 1 }, { ...before, durable_bytes: 2 })).toBe(true);
});
