// Bekannte und nahe Geräte, und der Alarm über eines, das es nicht ist.

import { count } from "../../format/numbers";
import type { Words } from "..";

export const devices: Words["devices"] = {
  title: "Geräte",
  sendLimit: (device) => `Grenze des Sendens an ${device}`,
  receiveLimit: (device) => `Grenze des Empfangs von ${device}`,
  limits: { title: "Höchste Geschwindigkeit", send: "Senden höchstens", receive: "Empfangen höchstens" },
  known: "Deine Geräte",
  seen: "Gesehen, noch nicht entschieden",
  blocked: "Gesperrt",
  empty: "Noch keine Geräte",
  emptyHint: "Kopple eines mit einem Code, oder sende jemandem mit einem Ticket: Das Gerät wird gemerkt.",
  details: (name) => `Einzelheiten zu ${name}`,
  addresses: "Zuletzt erreicht unter",
  noAddresses: "Keine Adresse ist bekannt. Sie wird gefunden, wenn es in die Nähe kommt, oder mit einem Ticket.",
  nearbyNow: "In der Nähe",
  visibility: {
    title: "Wer dieses Gerät in der Nähe findet",
    choices: { nobody: "Niemand", my_devices: "Meine Geräte", everyone: "Alle" },
    means: {
      nobody: "Im lokalen Netz wird nichts angekündigt. Dieses Gerät findet andere trotzdem.",
      my_devices: "Geräte, die dieses kennen, finden es; allen anderen sagt seine Ankündigung nichts.",
      everyone: "Alle im lokalen Netz sehen seinen Namen und seine ID.",
    },
    falls: (left) => `Alle im lokalen Netz sehen seinen Namen und seine ID, noch ${left}.`,
    problem: "Das lokale Netz lässt sich jetzt nicht durchsuchen. Über Adresse, Ticket oder Code sind Geräte weiter erreichbar.",
  },
  nearby: {
    title: "In der Nähe, unbekannt",
    none: "Sonst ist im lokalen Netz gerade niemand zu sehen.",
    open: "Wartet auf eine Kopplung",
    pair: "Koppeln …",
    pairLabel: (name) => `Koppeln … ${name}`,
  },
  menu: {
    label: (name) => `Mehr zu ${name}`,
    rename: "Umbenennen …",
    copyId: "Geräte-ID kopieren",
    block: "Sperren …",
    forget: "Vergessen …",
  },
  rename: {
    title: (name) => `${name} umbenennen`,
    label: "Name",
    hint: "Nur du siehst diesen Namen. Das Gerät behält seinen eigenen.",
    long: "Das ist zu lang für einen Namen.",
  },
  confirmBlock: {
    title: (name) => `${name} sperren?`,
    text: "Es kann sich nicht mehr verbinden und nichts anbieten und erfährt nicht, warum. Was mit ihm läuft, hört auf. Du kannst das zurücknehmen.",
    yes: "Sperren",
    no: "Nicht sperren",
  },
  rule: {
    tag: "Regel",
    title: "Ohne Frage angenommen",
    label: (name) => `Was ${name} ohne Frage bringen darf`,
    hint: "Alles, außer du begrenzt es hier. Was darüber hinausgeht, wartet im Eingang auf deine Antwort.",
    upTo: "Nur bis zu einer Größe von",
    types: "Nur diese Arten; jede, wenn keine gewählt ist",
    kinds: { images: "Bilder", audio: "Ton", video: "Video", documents: "Dokumente", archives: "Archive" },
    endings: "Andere Endungen",
    endingsPlaceholder: "blend, stl",
    wrongEnding: (ending) => `„${ending}“ ist keine Endung: nur Buchstaben und Ziffern, höchstens 16.`,
    folder: "In den Ordner",
    folderPlaceholder: "{device}/{date}",
    folderHint: "Unter dem Eingangsordner, oder anderswo mit vollem Pfad. {device} und {date} werden eingesetzt; leer ist es der Eingangsordner.",
    choose: "Ordner wählen …",
    remove: "Alle Grenzen aufheben",
  },
  add: "Hinzufügen",
  addLabel: "Ein Gerät mit seinem Ticket hinzufügen",
  addPlaceholder: "Ticket des anderen Geräts",
  role: (name) => `Was ${name} darf`,
  sendTo: (name) => `An ${name} senden`,
  online: "Verbunden",
  offline: "Nicht da",
  lastSeen: (when) => `zuletzt gesehen ${when}`,
  neverSeen: "noch nie gesehen",
  confirmForget: {
    title: (name) => `${name} vergessen?`,
    text: "Rolle und Adressen werden hier entfernt. Bietet es wieder etwas an, ist es ein unbekanntes Gerät.",
    yes: "Gerät vergessen",
    no: "Behalten",
  },
};

export const alarm: Words["alarm"] = {
  title: {
    other_key: (device) => `Dies ist nicht das ${device}, das du gekoppelt hast`,
    same_name: (device) => `Ein Fremder nennt sich ${device}`,
  },
  text: {
    other_key: (device, address) =>
      `Unter ${address}, wo ${device} war, hat ein Gerät mit einem anderen Schlüssel geantwortet. An ${device} wird nichts gesendet, bis du entschieden hast.`,
    same_name: (device, address) =>
      `Ein Gerät unter ${address} benutzt den Namen von ${device} und ist es nicht. Nichts, was es anbietet, wird angenommen, bis du entschieden hast.`,
  },
  which: (n, all) => `${count(n)} von ${count(all)}`,
  expected: "Bekannt",
  found: "Gefunden",
  seen: (n, when) => (n === 1 ? `Einmal gesehen, ${when}.` : `${count(n)}-mal gesehen seit ${when}.`),
  next: {
    other_key: (device) =>
      `Frage den Besitzer von ${device}, nicht über dieses Netz: Wurde das Programm neu installiert? Wenn ja, kopple neu. Wenn nein, gibt sich vielleicht jemand dafür aus: Sperre ihn und benutze ein anderes Netz.`,
    same_name: (device) =>
      `Frage den Besitzer von ${device}, ob dies ein anderes Gerät von ihm ist. Wenn nein, gibt sich vielleicht jemand dafür aus: Sperre ihn.`,
  },
  block: "Das Gefundene sperren",
  pair: { other_key: "Das alte vergessen und neu koppeln …", same_name: "Damit koppeln …" },
  keep: {
    other_key: (device) => `Mit dem ${device} weitermachen, das ich kenne`,
    same_name: () => "Es darf den Namen behalten",
  },
};
