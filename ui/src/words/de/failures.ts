// Was schiefging und was zu tun ist, für jeden Fehlercode.

import type { Words } from "..";
import { QUOTA } from "../shapes";
import { the } from "./counting";

export const failures: Words["failures"] = {
  usage: {
    severity: "error",
    says: (about) => `${the(about, "Etwas an dieser Anfrage")} ist nicht zu verstehen.`,
    next: "Prüfe die Eingabe und versuche es noch einmal.",
  },
  not_found: {
    severity: "warning",
    says: (about) => `${the(about, "Was gesucht wurde,")} ist nicht mehr da.`,
    next: "Vielleicht wurde es inzwischen entfernt. Sonst hat sich nichts geändert.",
  },
  illegal_state: {
    severity: "info",
    says: () => "Das geht nicht mehr: Die Übertragung ist schon weiter.",
    next: "In ihrer Zeile steht, wo sie jetzt ist.",
  },
  bad_target: {
    severity: "warning",
    says: (about) => `${the(about, "Dies")} ist weder Ticket noch Adresse noch ein bekanntes Gerät.`,
    next: "Kopiere das Ticket noch einmal ganz vom anderen Gerät.",
  },
  unreachable: {
    severity: "warning",
    says: () => "Das Gerät hat nicht geantwortet.",
    next: "Prüfe, ob ChunkStream Pro dort läuft und beide im Netz sind, und versuche es noch einmal.",
  },
  identity_refused: {
    severity: "error",
    says: () => "Dies ist nicht das genannte Gerät, oder es lässt dich nicht herein.",
    next: "Nichts wurde gesendet. Bitte um ein neues Ticket und frage, ob dein Gerät dort gesperrt ist.",
  },
  declined: {
    severity: "info",
    says: () => "Die andere Seite hat abgelehnt.",
    next: "Nichts wurde gesendet. Sprich mit ihr und versuche es noch einmal.",
  },
  cancelled_by_peer: {
    severity: "info",
    says: () => "Am anderen Gerät abgebrochen.",
    next: "Wenn das ein Versehen war, versuche es noch einmal.",
  },
  source_unreadable: {
    severity: "error",
    says: (about) => `${the(about, "Eine Datei")} ist nicht lesbar.`,
    next: "Prüfe, ob es sie noch gibt und du sie öffnen darfst, und versuche es noch einmal.",
  },
  source_changed: {
    severity: "warning",
    says: (about) => `${the(about, "Eine Datei")} hat sich beim Senden geändert.`,
    next: "Nichts Vermischtes wurde abgeliefert. Sende noch einmal, damit die neue Fassung ankommt.",
  },
  disk_full: {
    severity: "warning",
    says: (about) =>
      about === QUOTA ? "Die Grenze des Eingangsordners wäre überschritten; die Einstellungen können sie erhöhen." : "Der Datenträger ist voll.",
    next: "Alles Empfangene bleibt. Schaffe Platz und versuche es noch einmal, oder wähle einen anderen Ordner.",
  },
  disk_unwritable: {
    severity: "error",
    says: (about) => `${the(about, "Der Ordner")} ist nicht beschreibbar.`,
    next: "Prüfe, ob es ihn gibt und du dort schreiben darfst, oder wähle einen anderen Ordner.",
  },
  bad_path: {
    severity: "error",
    says: (about) => `${the(about, "Ein Name dieser Übertragung")} ist auf diesem System nicht möglich.`,
    next: "Nichts wurde geschrieben. Bitte die andere Seite, umzubenennen und noch einmal zu senden.",
  },
  integrity: {
    severity: "error",
    says: (about) => `${the(about, "Was ankam,")} ist nicht, was gesendet wurde.`,
    next: "Es kam nicht an seinen Platz. Versuche es noch einmal; geschieht es wieder, prüfe beide Datenträger.",
  },
  protocol: {
    severity: "error",
    says: () => "Das andere Gerät hat etwas gesagt, das keinen Sinn ergibt.",
    next: "Bringe ChunkStream Pro auf beiden Seiten auf dieselbe Version und versuche es noch einmal.",
  },
  connection_lost: {
    severity: "warning",
    says: () => "Die Verbindung ging verloren und kam nicht wieder.",
    next: "Alles Empfangene bleibt. Versuche es noch einmal, wenn beide Geräte im Netz sind.",
  },
  database: {
    severity: "error",
    says: () => "Das Verzeichnis der Übertragungen ist nicht benutzbar.",
    next: "Prüfe, ob der Datenträger Platz hat und arbeitet, und starte ChunkStream Pro neu.",
  },
  database_newer: {
    severity: "error",
    says: () => "Das Verzeichnis der Übertragungen stammt von einem neueren ChunkStream Pro.",
    next: "Nichts wurde geändert. Starte das neuere Programm, oder bringe dieses auf dieselbe Version.",
  },
  database_damaged: {
    severity: "error",
    says: () => "Das Verzeichnis der Übertragungen ist beschädigt, oder ein anderes Programm hat es geschrieben.",
    next: "Starte ChunkStream Pro neu: Es bietet an, das Verzeichnis beiseitezulegen. Angekommene Dateien bleiben.",
  },
  already_running: {
    severity: "warning",
    says: () => "ChunkStream Pro läuft mit diesen Daten schon.",
    next: "Benutze das offene Fenster, oder schließe zuerst das andere Programm.",
  },
  listen_failed: {
    severity: "error",
    says: (about) => `${the(about, "Der Netzwerk-Port")} ist nicht benutzbar.`,
    next: "Vielleicht hält ihn ein anderes Programm. Schließe es und starte ChunkStream Pro neu.",
  },
  wrong_code: {
    severity: "error",
    says: () => "Der Code ist nicht der, den das andere Gerät zeigt.",
    next: "Niemand wurde hereingelassen. Lass dort einen neuen Code zeigen. Geschieht es mit dem richtigen Code, steht vielleicht jemand dazwischen.",
  },
  code_spent: {
    severity: "warning",
    says: () => "Der Code oder das Ticket gilt nicht mehr.",
    next: "Jedes gilt einmal und kurze Zeit. Lass am anderen Gerät ein neues zeigen.",
  },
  not_pairing: {
    severity: "warning",
    says: () => "Das andere Gerät wartet nicht auf diese Art der Kopplung.",
    next: "Lass es einen Code zeigen und gib ihn ein. Nach mehreren falschen Codes warte zehn Minuten.",
  },
  over_rule: {
    severity: "warning",
    says: () => "Es ist mehr oder etwas anderes, als deine Regel für dieses Gerät zulässt.",
    next: "Sieh nach, was es bringt, und nimm es an oder lass es. Die Regel steht beim Gerät.",
  },
  words_differ: {
    severity: "error",
    says: () => "Die Wörter auf den beiden Bildschirmen sind verschieden.",
    next: "Niemand wurde hereingelassen. Vielleicht steht jemand zwischen den Geräten: Kopple mit einem Code oder in einem anderen Netz.",
  },
  no_network: {
    severity: "warning",
    says: () => "Dieser Computer ist in keinem Netz.",
    next: "Verbinde ihn per Kabel oder WLAN; was wartet, beginnt dann von selbst.",
  },
  udp_blocked: {
    severity: "error",
    says: () => "Datagramme (UDP) erreichen dieses Programm nicht.",
    next: "Erlaube ChunkStream Pro in der Firewall dieses Computers ein- und ausgehendes UDP.",
  },
  discovery_failed: {
    severity: "warning",
    says: () => "Das lokale Netz lässt sich nicht durchsuchen.",
    next: "Geräte sind weiter über Adresse, Ticket oder Code erreichbar. Vielleicht sperrt eine Firewall Multicast (UDP 5353).",
  },
  wrong_passphrase: {
    severity: "error",
    says: () => "Die Passphrase gehört nicht zu dieser Datei, oder die Datei wurde verändert.",
    next: "Hier wurde nichts geändert. Versuche es noch einmal oder nimm eine andere Kopie der Datei.",
  },
  key_unavailable: {
    severity: "error",
    says: () => "Der Schlüssel dieses Geräts ist nicht zu bekommen.",
    next: "Es wurde kein anderer erzeugt, damit andere dieses Gerät weiter kennen. Entsperre den Schlüsselbund des Systems und starte neu, oder übernimm einen exportierten Schlüssel.",
  },
  internal: {
    severity: "error",
    says: () => "In ChunkStream Pro ist etwas schiefgegangen.",
    next: "Versuche es noch einmal. Geschieht es wieder, starte das Programm neu: Nichts Empfangenes geht verloren.",
  },
};
