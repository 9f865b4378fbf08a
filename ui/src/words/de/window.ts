// Der Rahmen beider Fenster.

import { count, rate } from "../../format/numbers";
import type { Words } from "..";
import { plural, transfers } from "./counting";

export const nav: Words["nav"] = {
  label: "Ansichten",
  send: "Senden",
  activity: "Aktivität",
  history: "Verlauf",
  devices: "Geräte",
  settings: "Einstellungen",
  inbox: "Eingang",
  openInbox: (offers) => (offers === 0 ? "Eingang öffnen" : `Eingang öffnen, ${plural(offers, "Angebot", "Angebote")}`),
  inProgress: (n) => `${count(n)} unterwegs`,
};

export const strip: Words["strip"] = {
  label: "Zustand",
  down: (bytesPerSecond) => `Empfang ${rate(bytesPerSecond)}`,
  up: (bytesPerSecond) => `Senden ${rate(bytesPerSecond)}`,
  active: (n) => `${count(n)} aktiv`,
  queued: (n) => `${count(n)} ${n === 1 ? "wartet" : "warten"}`,
  needsYou: (n) => `${count(n)} ${n === 1 ? "braucht" : "brauchen"} dich`,
  idle: "Nichts zu tun",
  connecting: "Startet …",
};

export const keys: Words["keys"] = {
  title: "Tastenkürzel",
  text: "Tab geht von Element zu Element, Pfeile in Listen und Menüs, Escape schließt, Umschalt und F10 öffnen das Menü einer Zeile.",
  control: "Strg",
  shift: "Umschalt",
  named: { Enter: "Eingabe", ArrowDown: "↓", ArrowUp: "↑" },
  acts: {
    "go-send": "Senden",
    "go-activity": "Aktivität",
    "go-history": "Verlauf",
    "go-devices": "Geräte",
    "go-settings": "Einstellungen",
    "choose-files": "Dateien wählen",
    "choose-folders": "Ordner wählen",
    paste: "Kopierte Dateien wählen",
    send: "Gewähltes senden",
    inbox: "Eingang öffnen",
    pair: "Gerät koppeln",
    search: "Verlauf durchsuchen",
    keys: "Diese Liste",
    quit: "Beenden",
    "next-offer": "Nächstes Angebot",
    "previous-offer": "Voriges Angebot",
  },
};

export const milestones: Words["milestones"] = {
  one: {
    needsYou: ({ title }) => `${title} braucht dich.`,
    offered: ({ title, device }) => `${device} bietet ${title} an.`,
    completed: ({ title, device, direction }) => `${title} ist ${direction === "sending" ? "an" : "von"} ${device} angekommen.`,
    failed: ({ title }) => `${title} ist gescheitert.`,
    declined: ({ title, device }) => `${device} hat ${title} abgelehnt.`,
    cancelled: ({ title, device }) => `${device} hat ${title} abgebrochen.`,
    reconnecting: ({ title, device }) => `${title} ist ohne Verbindung zu ${device}.`,
    sound: ({ title }) => `${title} ist noch einmal geprüft: Alles ist, was ankam.`,
    damaged: ({ title }) => `${title} ist noch einmal geprüft: Dateien sind geändert oder fehlen.`,
    paired: ({ device }) => `${device} ist gekoppelt.`,
  },
  many: {
    needsYou: (n) => `${transfers(n)} ${n === 1 ? "braucht" : "brauchen"} dich.`,
    offered: (n) => `${plural(n, "neues Angebot", "neue Angebote")}.`,
    completed: (n) => `${transfers(n)} fertig.`,
    failed: (n) => `${transfers(n)} gescheitert.`,
    declined: (n) => `${transfers(n)} abgelehnt.`,
    cancelled: (n) => `${transfers(n)} vom anderen Gerät abgebrochen.`,
    reconnecting: (n) => `${transfers(n)} ohne Verbindung.`,
    sound: (n) => `${transfers(n)} noch einmal geprüft: Alles ist, was ankam.`,
    damaged: (n) => `${transfers(n)} noch einmal geprüft: Dateien sind geändert oder fehlen.`,
    paired: (n) => `${plural(n, "Gerät", "Geräte")} gekoppelt.`,
  },
};

export const quit: Words["quit"] = {
  title: "ChunkStream Pro beenden?",
  text: (n) =>
    `${transfers(n)} ${n === 1 ? "läuft" : "laufen"} noch. ${n === 1 ? "Sie bleibt erhalten und geht" : "Sie bleiben erhalten und gehen"} weiter, wenn das Programm wieder gestartet wird.`,
  yes: "Beenden",
  no: "Im Hintergrund weiterlaufen",
};

export const pane: Words["pane"] = {
  broke: "Dieser Teil des Fensters arbeitet nicht mehr.",
  next: "Übertragungen gehen im Hintergrund weiter.",
  again: "Noch einmal zeigen",
};

export const crash: Words["crash"] = {
  title: "Dieses Fenster arbeitet nicht mehr",
  text: "Übertragungen gehen im Hintergrund weiter; nichts Empfangenes geht verloren.",
  reload: "Neu zeichnen",
  copy: "Kopieren, was geschah",
  copyLabel: "Bericht für die Entwickler",
};
