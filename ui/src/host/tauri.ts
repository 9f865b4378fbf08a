// The real host. The only file that imports @tauri-apps/* (a test checks it).

import { Channel, invoke } from "@tauri-apps/api/core";
import { listen as listenTo } from "@tauri-apps/api/event";
import { getCurrentWebview } from "@tauri-apps/api/webview";
import { open, save } from "@tauri-apps/plugin-dialog";
import type { Update } from "./api";
import type { DropHandlers, Host, Point, ShellEvent, Unsubscribe } from "./host";

export function tauriHost(): Host {
  return {
    call: (name, args) => invoke("call", { name, args }),
    subscribe: (onUpdate) => listen<Update>("subscribe", onUpdate),
    onShell: (onEvent) => listen<ShellEvent>("subscribe_shell", onEvent),
    takePending: () => invoke("take_pending"),
    onDrop,
    // Without a title the dialog gives itself an English one, whatever the language.
    chooseFiles: async (title) => (await open({ title, multiple: true })) ?? [],
    chooseFile: (title) => open({ title }),
    chooseFolders: async (title) => (await open({ title, multiple: true, directory: true })) ?? [],
    chooseFolder: (title) => open({ title, directory: true }),
    chooseSavePath: (title, name, types) =>
      save({ title, defaultPath: name, filters: types.map(({ name: type, ending }) => ({ name: type, extensions: [ending] })) }),
    openPath: (path) => invoke("open_path", { path }),
    showInFolder: (path) => invoke("show_in_folder", { path }),
    dragOut,
    clipboardFiles: () => invoke("clipboard_files"),
    copyText,
    showInbox: () => invoke("show_inbox"),
    showDevices: () => invoke("show_devices"),
    autostart: () => invoke("autostart"),
    setAutostart: (on) => invoke("set_autostart", { on }),
    speak: (language) => invoke("speak", { language }),
    otherPort: () => invoke("other_port"),
    startProblem: () => invoke("start_problem"),
    answerProblem: (way) => invoke("answer_problem", { way }),
    onQuitAsked,
    requestQuit: () => invoke("ask_to_quit"),
    about: () => invoke("about"),
    quit: (now) => invoke("quit", { now }),
  };
}

/** A channel of its own for each subscriber; one that is given up hears nothing more. */
function listen<T>(command: string, onMessage: (message: T) => void): Unsubscribe {
  let wanted = true;
  const channel = new Channel<T>((message) => {
    if (wanted) onMessage(message);
  });
  void invoke(command, { channel });
  return () => {
    wanted = false;
  };
}

/** Tauri counts in physical pixels. */
function inCss(at: Point): Point {
  return { x: at.x / devicePixelRatio, y: at.y / devicePixelRatio };
}

function onDrop(handlers: DropHandlers): Unsubscribe {
  const listening = getCurrentWebview().onDragDropEvent(({ payload }) => {
    if (payload.type === "drop") handlers.drop(payload.paths, inCss(payload.position));
    else if (payload.type === "leave") handlers.leave();
    else handlers.over(inCss(payload.position));
  });
  return () => {
    void listening.then((stop) => stop());
  };
}

/** Resolved when the drag has ended; a drop in this window may be told later. */
function dragOut(transfer: string, file: number | null): Promise<void> {
  return new Promise((resolve, reject) => {
    const ended = new Channel<unknown>(() => resolve());
    invoke("drag_out", { transfer, file, ended }).catch(reject);
  });
}

function onQuitAsked(onAsked: (active: number) => void): Unsubscribe {
  const listening = listenTo<number>("quit-asked", ({ payload }) => onAsked(payload));
  return () => {
    void listening.then((stop) => stop());
  };
}

async function copyText(text: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    // Some web views refuse the clipboard interface although a person pressed a button.
    const area = document.createElement("textarea");
    area.value = text;
    document.body.append(area);
    area.select();
    const done = document.execCommand("copy");
    area.remove();
    if (!done) throw new Error("the clipboard cannot be written");
  }
}
