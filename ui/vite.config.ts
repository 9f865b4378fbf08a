// One build, two windows, and the page of a start that fails. gallery.html is served in development and by the Chromium run; it is no input of the build.
import react from "@vitejs/plugin-react";
import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const page = (name: string) => fileURLToPath(new URL(name, import.meta.url));

export default defineConfig({
  plugins: [react()],
  clearScreen: false,
  server: { port: 5173, strictPort: true },
  build: {
    target: ["es2022", "safari16"],
    // The content security policy allows no inline script, and the files come from the disk: inlining buys nothing.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: { input: { index: page("index.html"), inbox: page("inbox.html"), problem: page("problem.html") } },
  },
  test: {
    environment: "jsdom",
    include: ["test/unit/**/*.test.{ts,tsx}"],
    // One page for all files: every store goes back to its beginning after each test (setup.ts). The limit is for a
    // machine that is busy with something else; nothing waits for it.
    pool: "threads",
    isolate: false,
    testTimeout: 60_000,
    setupFiles: ["test/unit/setup.ts"],
    css: { modules: { classNameStrategy: "non-scoped" } },
  },
});
