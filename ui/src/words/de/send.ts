// Wählen, was gesendet wird und an wen.

import { size } from "../../format/numbers";
import type { Words } from "..";
import { files, list, plural } from "./counting";

export const send: Words["send"] = {
  title: "Senden",
  drop: "Dateien und Ordner hier ablegen",
  dropHint: "oder irgendwo in diesem Fenster",
  dropNow: "Ablegen, um es mitzusenden",
  dropOn: (device) => `Ablegen, um es sofort an ${device} zu senden`,
  measure: {
    counting: (n, bytes) => `mindestens ${files(n)}, ${size(bytes)}, wird noch gezählt`,
    unreadable: (n) => `${plural(n, "Eintrag ist nicht lesbar und wird", "Einträge sind nicht lesbar und werden")} ausgelassen`,
    unreadableLabel: "Was nicht lesbar ist",
  },
  chooseFiles: "Dateien wählen …",
  chooseFolder: "Ordner wählen …",
  chosen: (n) => plural(n, "Element gewählt", "Elemente gewählt"),
  remove: (name) => `${name} entfernen`,
  clear: "Leeren",
  to: "Senden an",
  targetLabel: "Ticket, Kopplungscode oder Adresse",
  targetPlaceholder: "Ticket, Code oder GERÄTE-ID@HOST:PORT",
  target: {
    ticket: "Ein Ticket. Das Gerät wird beim Verbinden geprüft.",
    address: "Eine Adresse. Das Gerät wird beim Verbinden geprüft.",
    code: "Ein Kopplungscode. Kopple zuerst das Gerät, dann sende.",
    device: (name) => `Dein Gerät ${name}.`,
    port: "Es fehlt der Port: GERÄTE-ID@HOST:PORT.",
    id: "Vor dem @ muss eine Geräte-ID stehen.",
    unknown: "Noch kein Ticket, keine Adresse und kein bekanntes Gerät.",
  },
  devices: "Bekannte Geräte",
  noDevices: "Geräte, an die du sendest oder von denen du empfängst, erscheinen hier.",
  online: "Verbunden",
  offline: "Nicht da, wird später gesendet",
  priority: "Dringlichkeit",
  button: "Senden",
  buttonTo: (n) => `An ${plural(n, "Gerät", "Geräte")} senden`,
  sending: "Sendet …",
  takenUp: (devices) =>
    devices.length === 1
      ? `Die unfertige Übertragung an ${list.format(devices)} geht weiter.`
      : `Die unfertigen Übertragungen an ${list.format(devices)} gehen weiter.`,
  takenUpWhy: "Dieselben Dateien waren schon dorthin unterwegs.",
  asNew: (n) => (n === 1 ? "Als neue senden" : "Als neue senden"),
  missing: {
    both: "Wähle Dateien und ein Gerät.",
    files: "Wähle Dateien oder einen Ordner.",
    device: "Wähle ein Gerät, oder füge ein Ticket ein.",
    target: "Vervollständige Ticket oder Adresse.",
    pairing: "Kopple zuerst das Gerät.",
  },
  ready: (n) => `${plural(n, "Element", "Elemente")} bereit.`,
  own: "Zum Empfangen: Gib anderen dieses Ticket",
  ownHint: "Sie fügen es unter „Senden an“ ein. Über jedes Angebot entscheidest du im Eingang.",
  ownTicket: "Dein Ticket",
  ownId: "Geräte-ID",
  starting: "Das Ticket erscheint, sobald alles gestartet ist.",
};
