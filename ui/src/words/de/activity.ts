// Die Liste der Übertragungen und eine geöffnete Zeile.

import { count, size } from "../../format/numbers";
import { duration } from "../../format/time";
import type { Words } from "..";
import { files, noFiles, plural, transfers } from "./counting";

const inFiles = (all: string, n: number): string => (n === 0 ? noFiles : `${all} in ${plural(n, "Datei", "Dateien")}`);

export const activity: Words["activity"] = {
  title: "Aktivität",
  needsYou: "Braucht dich",
  underWay: "Unterwegs",
  finished: "Beendet",
  pauseAll: "Alle anhalten",
  resumeAll: "Alle fortsetzen",
  empty: "Nichts wird gesendet oder empfangen",
  emptyHint: "Was du sendest und annimmst, erscheint hier. Was beendet ist, bleibt im Verlauf.",
  toHistory: "Verlauf zeigen",
  filter: {
    search: "Nach Name, Gerät oder Ordner suchen",
    which: "Welche",
    shown: { all: "Alle", sending: "Senden", receiving: "Empfang", needsYou: "Braucht dich" },
    nothing: "Hier ist keine solche Übertragung",
    nothingHint: "Nichts davon hat alle diese Wörter und ist von dieser Art. Im Verlauf ist vielleicht mehr.",
  },
  toSend: "Etwas senden",
  peer: (direction, device) => (direction === "sending" ? `an ${device}` : `von ${device}`),
  direction: { sending: "Senden", receiving: "Empfang" },
  progressLabel: (title) => `Fortschritt von ${title}`,
  progress: (part, all, percent) => `${part} von ${all} (${percent})`,
  announced: (part, all) => `${part} von mindestens ${all}, wird noch gezählt`,
  left: (seconds) => `noch ${duration(seconds)}`,
  total: (all, n) => inFiles(all, n),
  arrived: (all, n, when) => `${inFiles(all, n)}, auf beiden Seiten geprüft, ${when}`,
  ended: (part, all, when) => `${part} von ${all} waren angekommen, ${when}`,
  kept: (part, all, when) => `${part} von ${all} bleiben für einen neuen Versuch, ${when}`,
  offered: "Dir angeboten. Antworte im Eingang.",
  states: {
    offered: "Angebot",
    waiting: "Wartet",
    preparing: "Wird vorbereitet",
    reconnecting: "Verbindet neu",
    paused: "Angehalten",
    stopped: "Braucht dich",
    completing: "Schließt ab",
    completed: "Fertig",
    failed: "Gescheitert",
    declined: "Abgelehnt",
    cancelled: "Abgebrochen",
  },
  pause: (title) => `${title} anhalten`,
  resume: (title) => `${title} fortsetzen`,
  cancel: (title) => `${title} abbrechen`,
  more: (title) => `Mehr zu ${title}`,
  menu: { pause: "Anhalten", resume: "Fortsetzen", cancel: "Abbrechen …", cancelNow: "Abbrechen" },
  priority: "Dringlichkeit",
  limit: "Höchste Geschwindigkeit",
  noLimit: "Ohne Grenze",
  clearFinished: "Beendete ausblenden",
  clearedStay: "Was beendet ist, bleibt im Verlauf.",
  cleared: (n) => `${transfers(n)} ausgeblendet. ${n === 1 ? "Sie bleibt" : "Sie bleiben"} im Verlauf.`,
  showMore: (n) => `${count(n)} weitere zeigen`,
  showInFolder: "Im Ordner zeigen",
  copyId: "Übertragungs-ID kopieren",
  details: (title) => `Einzelheiten zu ${title}`,
  retry: "Neuer Versuch",
  retryLabel: (title) => `Neuer Versuch: ${title}`,
  tryAgain: "Noch einmal",
  tryAgainLabel: (title) => `Noch einmal: ${title}`,
  askAgain: "Noch einmal erbitten",
  askAgainLabel: (title) => `Noch einmal erbitten: ${title}`,
  declinedHere: "Du hast abgelehnt. Nichts wurde empfangen; du kannst noch einmal darum bitten.",
  askedFor: (device) => `Wartet darauf, dass ${device} es noch einmal sendet. Alles Empfangene bleibt.`,
  keptHere: (bytes) => `${size(bytes)} bleiben im Zielordner. Ein neuer Versuch geht von dort weiter.`,
  keptThere: (bytes, device) =>
    `${size(bytes)} waren angekommen. Ein neuer Versuch geht von dort weiter, außer sie wurden an ${device} entfernt.`,
  notKept: "Nichts bleibt. Ein neuer Versuch beginnt von vorn.",
  removePartial: "Teildateien entfernen …",
  confirmRemovePartial: {
    title: (title) => `Die Teildateien von „${title}“ entfernen?`,
    text: (bytes) => `${size(bytes)}, die angekommen sind, werden gelöscht. Ein neuer Versuch beginnt von vorn.`,
    yes: "Entfernen",
    no: "Behalten",
  },
  changed: {
    says: (n, gone) => {
      if (gone >= n)
        return n === 1
          ? "Die Datei ist seit dem Angebot verschwunden. Ohne sie weitermachen?"
          : `${files(n)} sind seit dem Angebot verschwunden. Ohne sie weitermachen?`;
      const which = n === 1 ? "Eine Datei hat sich seit dem Angebot geändert" : `${files(n)} haben sich seit dem Angebot geändert`;
      const lost = gone === 0 ? "" : `, ${count(gone)} davon ${gone === 1 ? "ist" : "sind"} verschwunden`;
      return `${which}${lost}. Die neue Fassung senden, oder ${n === 1 ? "sie" : "alle"} auslassen?`;
    },
    label: "Geänderte Dateien",
    send: "Neue Fassung senden",
    leaveOut: "Auslassen",
    goneToo: "Verschwundenes wird so oder so ausgelassen. Oder lege es zurück und versuche es noch einmal.",
    putBack: "Oder lege sie zurück und versuche es noch einmal.",
  },
  verification: {
    verify: "Noch einmal prüfen",
    verifyLabel: (title) => `Noch einmal prüfen: ${title}`,
    running: (part, all, percent) => `Wird noch einmal geprüft: ${part} von ${all} (${percent})`,
    progressLabel: (title) => `Prüfung von ${title}`,
    found: (sound, changed, missing, when) => {
      if (changed + missing === 0) return `Noch einmal geprüft, ${when}: ${sound === 1 ? "Die Datei ist, was ankam" : `Alle ${files(sound)} sind, was ankam`}.`;
      const damage = [changed > 0 ? `${count(changed)} geändert` : "", missing > 0 ? `${count(missing)} fehlen` : ""];
      return `Noch einmal geprüft, ${when}: ${[`${count(sound)} in Ordnung`, ...damage.filter((part) => part !== "")].join(", ")}.`;
    },
    changedTitle: (n) => `${files(n)} mit anderem Inhalt, als ankam`,
    missingTitle: (n) => `${files(n)} nicht mehr da`,
    next: (device) => `Sie wurden hier seit der Ankunft geändert, verschoben oder gelöscht. ${device} kann sie noch einmal senden.`,
  },
  facts: { from: "Von", into: "Nach", begun: "Begonnen", until: "Wartet bis", root: "BLAKE3" },
  chart: {
    rate: "Durchsatz",
    rtt: "Umlaufzeit",
    lost: "Verlorene Pakete",
    ms: (n) => `${count(Math.round(n))} ms`,
    perSecond: (n) => `${n}/s`,
    most: (value) => `Spitze ${value}`,
  },
  chunkMap: {
    title: "Blöcke",
    there: (part, all, percent) => `${part} von ${all} sind angekommen (${percent})`,
    flying: (n) => `${n} unterwegs`,
    recovered: (n) => `${n} aus Parität wiederhergestellt`,
    legendLabel: "Was die Formen bedeuten",
    legend: { r: "Angekommen", p: "Aus Parität", f: "Unterwegs", ".": "Fehlt" },
  },
  dragOut: "In einen Ordner oder ein anderes Programm ziehen",
  fileList: {
    title: (n) => `Dateien (${count(n)})`,
    label: (title) => `Dateien von ${title}`,
    which: "Welche Dateien",
    filters: { all: "Alle", unfinished: "Noch nicht angekommen", left_out: "Ausgelassen" },
    none: {
      all: "Noch wurde nichts gefunden.",
      unfinished: "Jede Datei ist angekommen.",
      left_out: "Nichts wurde ausgelassen.",
    },
    cut: (n) => `Die ersten ${count(n)} davon.`,
    standings: {
      waiting: "Wartet",
      partial: "Zum Teil",
      done: "Angekommen",
      changed: "Geändert",
      withdrawn: "Ausgelassen",
      skipped: "Nicht empfangen",
    },
    copyPath: "Pfad in der Übertragung kopieren",
    storedAs: (path) => `gespeichert als ${path}`,
  },
  ways: {
    title: "Wege",
    used: "in Gebrauch",
    other: "auch bekannt",
    lost: (share) => `${share} verloren`,
  },
  repair: {
    title: "Verlust und Reparatur",
    lost: "Verlorene Pakete",
    resent: "Noch einmal gesendete Blöcke",
    cost: "Gesendete Parität",
    gain: "Aus Parität wiederhergestellte Blöcke",
  },
  timeLine: {
    title: "Was geschah",
    made: { sending: "Zum Senden gewählt", receiving: "Diesem Gerät angeboten" },
    again: "Neu begonnen",
    moving: "In Bewegung",
    why: {
      waiting_for_device: "Wartet auf das Gerät",
      waiting_for_answer: "Wartet auf eine Antwort",
      reconnecting: "Verbindung verloren",
      queued: "Wartet, bis es an der Reihe ist",
      paused_here: "Hier angehalten",
      paused_by_peer: "Am anderen Gerät angehalten",
      over_rule: "Mehr als die Regel für das Gerät erlaubt",
      source_changed: "Eine Datei hat sich geändert",
      source_unreadable: "Eine Datei war nicht lesbar",
      disk_full: "Der Datenträger war voll",
      disk_unwritable: "In den Ordner ließ sich nicht schreiben",
      database: "Das Verzeichnis ließ sich nicht schreiben",
      finishing: "Alles ist angekommen, wird verglichen",
    },
    checked: "Noch einmal geprüft",
  },
  confirmCancel: {
    title: (title) => `„${title}“ abbrechen?`,
    text: (direction) =>
      direction === "sending"
        ? "Es endet auf beiden Geräten. Deine Dateien bleiben, wie sie sind, und was ankam, bleibt dort für einen neuen Versuch."
        : "Es endet auf beiden Geräten. Was ankam, bleibt für einen neuen Versuch, bis du es entfernst.",
    yes: "Übertragung abbrechen",
    no: "Behalten",
  },
};
