// Warum eine Übertragung steht, und was eine laufende begrenzt.

import { size } from "../../format/numbers";
import type { Words } from "..";
import { QUOTA } from "../shapes";
import { the } from "./counting";

export const reasons: Words["reasons"] = {
  waiting_for_device: ({ device, until }) =>
    until === null ? `Beginnt von selbst, wenn ${device} da ist.` : `Beginnt von selbst, wenn ${device} da ist, bis ${until}.`,
  waiting_for_answer: ({ direction, device }) =>
    direction === "sending" ? `Angeboten. Es beginnt, wenn ${device} annimmt.` : "Wartet auf deine Antwort im Eingang.",
  reconnecting: () => "Verbindung verloren. Alles Empfangene bleibt; es geht von selbst weiter.",
  queued: () => "Wartet, bis es an der Reihe ist. Eine andere Übertragung geht vor; diese beginnt von selbst.",
  paused_here: () => "Von dir angehalten. Alles Empfangene bleibt.",
  paused_by_peer: ({ device }) => `An ${device} angehalten. Es geht weiter, wenn es dort fortgesetzt wird.`,
  over_rule: ({ device, about }) =>
    about === null
      ? `${device} sendet mehr, als deine Regel dafür zulässt. Setze fort, um alles zu nehmen, oder brich ab; was ankam, bleibt.`
      : `${device} sendet ${about}, wonach deine Regel fragen lässt. Setze fort, um es zu nehmen, oder brich ab; was ankam, bleibt.`,
  source_changed: ({ direction, device, about }) =>
    direction === "sending"
      ? `${the(about, "Eine Datei")} hat sich seit dem Angebot geändert. Brich ab und sende noch einmal, damit die neue Fassung ankommt.`
      : `An ${device} hat sich eine Datei seit dem Angebot geändert. Es geht weiter, wenn das dort entschieden ist.`,
  source_unreadable: ({ direction, device, about }) =>
    direction === "sending"
      ? `${the(about, "Eine Datei")} ist nicht lesbar. Prüfe, ob sie noch da ist und du sie öffnen darfst, und versuche es noch einmal.`
      : `An ${device} ist eine Datei nicht lesbar. Es geht weiter, wenn das dort behoben ist.`,
  disk_full: ({ direction, device, about, left, short }) => {
    if (direction === "sending") return `Der Datenträger von ${device} ist voll. Es geht weiter, wenn dort wieder Platz ist.`;
    if (short > 0) {
      return about === QUOTA
        ? `Die Grenze des Eingangsordners ist erreicht: Es braucht ${size(short)} mehr. Erhöhe sie in den Einstellungen oder entferne dort etwas und versuche es noch einmal; alles Empfangene bleibt.`
        : `Der Datenträger ist voll: Es braucht ${size(short)} mehr. Schaffe so viel Platz und versuche es noch einmal; alles Empfangene bleibt.`;
    }
    return about === QUOTA
      ? `Die Grenze des Eingangsordners ist erreicht, und ${size(left)} fehlen noch. Erhöhe sie in den Einstellungen oder entferne dort etwas und versuche es noch einmal; alles Empfangene bleibt.`
      : `Der Datenträger ist voll, und ${size(left)} fehlen noch. Schaffe Platz und versuche es noch einmal; alles Empfangene bleibt.`;
  },
  disk_unwritable: ({ direction, device, about }) =>
    direction === "receiving"
      ? `${the(about, "Der Ordner")} ist nicht beschreibbar. Prüfe, ob es ihn gibt und du dort schreiben darfst, und versuche es noch einmal; alles Empfangene bleibt.`
      : `${device} kann die Dateien nicht schreiben. Es geht weiter, wenn das dort behoben ist.`,
  database: () =>
    "Das Verzeichnis der Übertragungen ist nicht beschreibbar. Prüfe, ob der Datenträger mit den Daten dieses Programms Platz hat; dann geht es von selbst weiter, und alles Empfangene bleibt.",
  finishing: () => "Alles ist angekommen. Beide Seiten werden verglichen und die Dateien an ihren Platz gelegt.",
};

export const limitedBy: Words["limitedBy"] = {
  transfer_limit: () => "Begrenzt durch die Grenze, die du für diese Übertragung gesetzt hast.",
  device_limit: (device) => `Begrenzt durch die Grenze, die du für ${device} gesetzt hast.`,
  engine_limit: () => "Begrenzt durch die Grenze, die du für alle Geräte gesetzt hast.",
  disk: (_device, direction) =>
    direction === "sending"
      ? "Begrenzt durch den Datenträger dieses Geräts: Das Senden wartet auf das Lesen."
      : "Begrenzt durch den Datenträger dieses Geräts: Der Empfang wartet auf das Schreiben.",
  processor: () => "Begrenzt durch die Prozessoren dieses Geräts: Das Senden wartet auf Prüfsummen.",
  network: (device) => `Begrenzt durch das Netz: Gelesenes wartet auf den Weg zu ${device}.`,
  peer_limit: (device) => `Begrenzt durch eine Grenze, die an ${device} gesetzt ist.`,
  peer_disk: (device) => `Begrenzt durch den Datenträger von ${device}: Das Senden wartet auf das Schreiben dort.`,
};
