// Angebote, und was angekommen ist.

import type { NameProblemKind } from "../../host/api";
import { count, size } from "../../format/numbers";
import type { Words } from "..";
import { files, plural } from "./counting";

const nameProblems: Record<NameProblemKind, string> = {
  unholdable: "als Name auf diesem System nicht möglich",
  collision: "auf diesem System derselbe Name wie ein anderer Eintrag",
};

export const inbox: Words["inbox"] = {
  title: "Eingang",
  offers: "Dir angeboten",
  incoming: "Kommt an",
  arrived: "Angekommen",
  empty: "Dein Eingang ist leer",
  emptyHint: "Gib anderen dein Ticket von der Ansicht „Senden“. Was sie anbieten, erscheint hier.",
  offer: (device, title) => `Angebot von ${device}: ${title}`,
  from: (device) => `${device} bietet an`,
  unknownHint: "Vergleiche die Geräte-ID mit dem Besitzer, bevor du annimmst.",
  notByItself: "Es wurde nicht von selbst angenommen.",
  fits: (free) => `Passt: ${size(free)} frei`,
  fitsQuota: (left) => `Passt: ${size(left)} bis zur Grenze des Eingangsordners`,
  room: (free) => `${size(free)} frei`,
  roomQuota: (left) => `${size(left)} bis zur Grenze des Eingangsordners`,
  perhapsTooLarge: (missing) => `Bis zu ${size(missing)} fehlen, weniger das Übersprungene`,
  tooLarge: (missing) => `Passt nicht: ${size(missing)} fehlen`,
  overQuota: (missing) => `${size(missing)} über der Grenze des Eingangsordners`,
  atLeast: (n, bytes) => `mindestens ${files(n)}, ${size(bytes)}, wird noch gezählt`,
  atLeastSize: (bytes) => `mindestens ${size(bytes)}`,
  contents: "Inhalt",
  choose: (n) => `Inhalt, Dateien wählen (${plural(n, "Eintrag", "Einträge")})`,
  chooseFolders: "Inhalt, Ordner wählen",
  chosen: (part, all, bytes) => `${count(part)} von ${files(all)} gewählt, ${size(bytes)}`,
  chosenAtLeast: (bytes) => `Ein Teil gewählt, mindestens ${size(bytes)}`,
  chosenNone: "Nichts gewählt",
  selectAll: "Alles",
  selectNone: "Nichts",
  onlyFolders: {
    counting: "Das andere Gerät zählt noch. Bis es fertig ist, lassen sich ganze Ordner wählen.",
    long: (n) => `Nur ${n === 1 ? "der erste Eintrag ist" : `die ersten ${count(n)} Einträge sind`} hier aufgeführt, darum lassen sich ganze Ordner wählen.`,
    partly: "Ein teilweise gewählter Ordner bringt nur die angekreuzten Ordner; ein ganz angekreuzter bringt alles darin.",
    roots: (n) => `${plural(n, "Element", "Elemente")} ganz oben ${n === 1 ? "ist" : "sind"} nicht aufgeführt; sie kommen mit, wenn alles gewählt ist.`,
  },
  problems: (n) => `${plural(n, "Name wird", "Namen werden")} für dieses System geändert`,
  problemsLabel: "Namen, die für dieses System geändert werden",
  problem: (kind, storedAs) => (storedAs === null ? nameProblems[kind] : `gespeichert als „${storedAs}“: ${nameProblems[kind]}`),
  existing: (n) => `${plural(n, "Name ist", "Namen sind")} im Ordner schon vergeben`,
  existingLabel: "Namen, die im Ordner schon vergeben sind",
  conflict: "Was schon da ist",
  conflictAsk: "Wählen …",
  blocked: {
    disk: "Wähle weniger Dateien oder einen anderen Ordner, oder schaffe Platz: Dieses Angebot wartet.",
    quota: "Wähle weniger Dateien oder einen anderen Ordner, oder erhöhe die Grenze in den Einstellungen.",
    nothing: "Wähle, was du nehmen willst.",
    conflict: "Wähle zuerst, was mit dem geschieht, was schon da ist.",
  },
  acceptFiles: (n) => `${files(n)} annehmen`,
  acceptPart: "Diesen Teil annehmen",
  recentFolders: "Zuletzt gewählte Ordner",
  otherFolder: "Anderen Ordner wählen …",
  accept: "Annehmen",
  acceptTo: "Annehmen nach …",
  decline: "Ablehnen",
  always: {
    choice: (device) => `Von ${device} immer annehmen`,
    means: "Was es anbietet, wird von nun an ohne Frage angenommen, in denselben Ordner. Unter „Geräte“ kannst du das zurücknehmen.",
    done: (device) => `Was ${device} anbietet, wird von nun an ohne Frage angenommen.`,
    undo: "Unter „Geräte“ kannst du das begrenzen oder zurücknehmen.",
    devices: "Geräte zeigen",
  },
  open: "Öffnen",
  show: "Im Ordner zeigen",
  openLabel: (title) => `${title} öffnen`,
  showLabel: (title) => `${title} in seinem Ordner zeigen`,
};
