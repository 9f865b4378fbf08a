// Der erste Start und der Selbsttest darin.

import { count } from "../../format/numbers";
import type { Words } from "..";

export const first: Words["first"] = {
  title: "Willkommen",
  step: (n, all) => `Schritt ${count(n)} von ${count(all)}`,
  skip: "Auslassen",
  back: "Zurück",
  next: "Weiter",
  done: "Los",
  name: { title: "Wie heißt dieses Gerät?", hint: "Andere sehen diesen Namen, wenn du etwas sendest." },
  seen: { title: "Wer darf es in der Nähe finden?", hint: "Das lässt sich jederzeit unter „Geräte“ ändern." },
  place: { title: "Wohin sollen empfangene Dateien?", hint: "Über jedes Angebot entscheidest du, außer du vertraust einem Gerät." },
};

export const selfTest: Words["selfTest"] = {
  title: "Selbsttest",
  running: "Dieses Gerät wird geprüft …",
  failed: "Die Prüfung ließ sich nicht ausführen.",
  again: "Noch einmal prüfen",
  fine: {
    port: (address) => `Erreichbar auf ${address}`,
    udp: () => "Datagramme (UDP) kommen durch",
    discovery: () => "Das lokale Netz wird durchsucht",
    disk: (folder) => `Empfangene Dateien kommen nach ${folder}`,
  },
};
