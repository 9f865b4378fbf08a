// The system’s own dialogs: their titles, and the types of files that they offer.

export const dialogs = {
  files: "Choose files to send",
  folders: "Choose folders to send",
  inboxFolder: "Choose the inbox folder",
  offerFolder: "Choose the folder for this offer",
  ruleFolder: "Choose the folder for what this device brings",
  watchedFolder: "Choose a folder to watch",
  importKey: "Choose the file of an exported key",
  exportKey: "Save the key of this device",
  receipt: "Save the receipt",
  log: "Save the security log",
  types: { text: "Text", table: "Table (CSV)", lines: "JSON Lines" },
} as const;
