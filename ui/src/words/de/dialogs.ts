// Die Dialoge des Systems: ihre Titel und die Dateitypen, die sie anbieten.

import type { Words } from "..";

export const dialogs: Words["dialogs"] = {
  files: "Dateien zum Senden wählen",
  folders: "Ordner zum Senden wählen",
  inboxFolder: "Eingangsordner wählen",
  offerFolder: "Ordner für dieses Angebot wählen",
  ruleFolder: "Ordner für das wählen, was dieses Gerät bringt",
  watchedFolder: "Ordner zum Überwachen wählen",
  importKey: "Datei eines exportierten Schlüssels wählen",
  exportKey: "Den Schlüssel dieses Geräts speichern",
  receipt: "Beleg speichern",
  log: "Sicherheitsprotokoll speichern",
  types: { text: "Text", table: "Tabelle (CSV)", lines: "JSON Lines" },
};
