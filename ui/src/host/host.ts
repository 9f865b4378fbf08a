// What a window may ask of the program around it. host/tauri.ts is the real one, host/fake.ts the scripted one.

import type { Language } from "../words/locale";
import type { Code, Commands, Failure, Update } from "./api";

export type Unsubscribe = () => void;

/** A place in the window, in CSS pixels. */
export type Point = { x: number; y: number };

/** A type of file that can be written: its name for people, and its ending without the dot. */
export type FileType = { name: string; ending: string };

/** What happens while files are dragged over the window. */
export interface DropHandlers {
  over(at: Point): void;
  leave(): void;
  drop(paths: string[], at: Point): void;
}

/** What a link names that was opened outside, perhaps by a web page. */
export type Link = { means: "pair" | "device"; ticket: string } | { means: "unreadable" };

/** What the shell tells the main window: paths or a link of a start of the program, a screen to show. */
export type ShellEvent =
  | { kind: "paths"; paths: string[] }
  | { kind: "link"; link: Link }
  | { kind: "show"; screen: string; transfer: string | null };

/** Why the program could not start: what the page about it shows. */
export interface StartProblem {
  failure: Failure;
  /** The data folder. */
  folder: string;
  language: Language;
}

/** What a person can do about it. */
export type WayOut = "again" | "other_port" | "set_aside" | "open_folder" | "quit";

/** Which program this is. */
export interface About {
  version: string;
  license: string;
}

export interface Host {
  /** Runs a command of the engine. Rejects with a `Failure`. */
  call<N extends keyof Commands>(name: N, args: Commands[N][0]): Promise<Commands[N][1]>;
  /** The first update carries everything, later ones what changed. */
  subscribe(onUpdate: (update: Update) => void): Unsubscribe;
  onShell(onEvent: (event: ShellEvent) => void): Unsubscribe;
  /** What the shell had to tell before this window was there; empty the second time. */
  takePending(): Promise<ShellEvent[]>;
  onDrop(handlers: DropHandlers): Unsubscribe;
  /** The choosers have that title, and answer with absolute paths, with none when they were closed. */
  chooseFiles(title: string): Promise<string[]>;
  /** One file to read. */
  chooseFile(title: string): Promise<string | null>;
  chooseFolders(title: string): Promise<string[]>;
  chooseFolder(title: string): Promise<string | null>;
  /** Where to write a file; the name is a proposal, and its type the first of these. */
  chooseSavePath(title: string, name: string, types: readonly FileType[]): Promise<string | null>;
  openPath(path: string): Promise<void>;
  showInFolder(path: string): Promise<void>;
  /** Has the system drag what a transfer has brought, or one file of it, until it is dropped somewhere. */
  dragOut(transfer: string, file: number | null): Promise<void>;
  /** Paths of files that another program has put on the clipboard; none if something else is there. */
  clipboardFiles(): Promise<string[]>;
  copyText(text: string): Promise<void>;
  showInbox(): Promise<void>;
  /** Brings the main window up with its Devices screen. */
  showDevices(): Promise<void>;
  /** Whether the program starts with the system. */
  autostart(): Promise<boolean>;
  /** Has it start with the system, or not any more; how it is afterwards. */
  setAutostart(on: boolean): Promise<boolean>;
  /** What the windows speak: the tray and the notifications speak it too. */
  speak(language: Language): Promise<void>;
  /** The usual port, if another program had it at the start and this one listens elsewhere. */
  otherPort(): Promise<number | null>;
  /** Why the start has failed; null where it has not. */
  startProblem(): Promise<StartProblem | null>;
  answerProblem(way: WayOut): Promise<void>;
  /** The shell wants to end the program while that many transfers are under way, and waits for `quit`. */
  onQuitAsked(onAsked: (active: number) => void): Unsubscribe;
  /** Ends the program, after that question if there is one. */
  requestQuit(): Promise<void>;
  about(): Promise<About>;
  /** Answers: ends the program now, or lets it run on in the background. */
  quit(now: boolean): Promise<void>;
}

/** Whatever a promise was rejected with, as a failure. */
export function toFailure(thrown: unknown): Failure {
  if (typeof thrown === "object" && thrown !== null && "code" in thrown && "message" in thrown) {
    const { code, message } = thrown;
    const detail = "detail" in thrown && typeof thrown.detail === "string" ? thrown.detail : null;
    if (typeof code === "string") return { code: code as Code, message: String(message), detail };
  }
  return { code: "internal", message: String(thrown), detail: null };
}
