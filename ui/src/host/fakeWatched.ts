// What the scripted engine knows of watched folders.

import type { Commands, DeviceView, Failure, WatchedView } from "./api";

type WatchedCommands = "watched_folders" | "watch_folder" | "change_watched" | "unwatch_folder";

const USUAL = [".*", "*.part", "*.tmp"];

const failure = (code: Failure["code"], message: string): Failure => ({ code, message, detail: null });

export function fakeWatched(
  first: readonly WatchedView[],
  devices: () => readonly DeviceView[],
): { [N in WatchedCommands]: (args: Commands[N][0]) => Commands[N][1] } {
  let views = [...first];
  return {
    watched_folders: () => views,
    watch_folder: ({ path, device, ignore }) => {
      if (views.some((view) => view.path === path)) throw failure("usage", "this folder is watched already");
      const name = devices().find(({ device_id }) => device_id === device)?.name ?? device;
      const id = Math.max(0, ...views.map((view) => view.id)) + 1;
      const view = { id, path, device_id: device, device_name: name, paused: false, ignore: ignore ?? USUAL, settling: 0, sent: 0, last_ms: null, failure: null };
      views = [...views, view];
      return view;
    },
    change_watched: ({ id, paused, ignore }) => {
      const old = views.find((view) => view.id === id);
      if (old === undefined) throw failure("not_found", "there is no such watched folder");
      const next = { ...old, paused: paused ?? old.paused, ignore: ignore ?? old.ignore };
      views = views.map((view) => (view === old ? next : view));
      return next;
    },
    unwatch_folder: ({ id }) => {
      views = views.filter((view) => view.id !== id);
      return {};
    },
  };
}
