// Chooses the host: the real one, or in development and outside of the program the scripted one.

import type { Host } from "./host";

export async function openHost(): Promise<Host> {
  // The condition is constant in a build, so that the scripted engine is not part of it.
  if (import.meta.env.DEV && !("__TAURI_INTERNALS__" in window)) {
    const [{ fakeHost }, { busy }] = await Promise.all([import("./fake"), import("../gallery/scenes")]);
    return fakeHost({ ...busy, moving: true });
  }
  const { tauriHost } = await import("./tauri");
  return tauriHost();
}
