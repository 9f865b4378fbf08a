// Was an mehreren Stellen zu wählen ist: Namen und was sie bedeuten.

import type { Words } from "..";

export const priorities: Words["priorities"] = { normal: "Normal", high: "Hoch", critical: "Dringend" };

export const roles: Words["roles"] = {
  mine: { name: "Meines", means: "Ohne Frage angenommen: ein anderes Gerät von dir" },
  trusted: { name: "Vertraut", means: "Ohne Frage angenommen" },
  ask: { name: "Fragen", means: "Jedes Angebot wartet auf deine Antwort" },
  blocked: { name: "Gesperrt", means: "Erreicht hier nichts" },
};

export const kinds: Words["kinds"] = { file: "Datei", folder: "Ordner", symlink: "Verknüpfung" };

export const conflicts: Words["conflicts"] = {
  rename: { name: "Beide behalten", means: "Was ankommt, bekommt eine Nummer hinter den Namen" },
  overwrite: { name: "Ersetzen", means: "Was ankommt, nimmt den Platz des Vorhandenen ein" },
  skip: { name: "Überspringen", means: "Das Vorhandene bleibt; das Neue wird nicht empfangen" },
  skip_identical: { name: "Gleiches überspringen", means: "Gleicher Inhalt wird nicht noch einmal empfangen; sonst bleiben beide" },
  ask: { name: "Fragen", means: "Jedes Angebot wartet auf deine Antwort, auch das vertrauter Geräte" },
};

export const outboxOrders: Words["outboxOrders"] = {
  together: { name: "Alle zugleich", means: "Was wartet, beginnt zusammen und teilt sich die Leitung nach Dringlichkeit" },
  oldest: { name: "Älteste zuerst", means: "Was zuerst gesendet wurde, geht zuerst; das Übrige wartet" },
  smallest: { name: "Kleinste zuerst", means: "Was am wenigsten Bytes hat, geht zuerst; das Übrige wartet" },
};
