// Zwei Geräte koppeln, und Links, die dahin führen.

import type { Words } from "..";

export const pair: Words["pair"] = {
  button: "Gerät koppeln …",
  title: "Gerät koppeln",
  text: "Einmal gekoppelt, erkennen sich die beiden Geräte an ihren Schlüsseln, wo immer sie sind.",
  ways: "Wie gekoppelt wird",
  way: { show: "Code zeigen", enter: "Code eingeben", compare: "Wörter vergleichen" },
  otherDevice: "dem anderen Gerät",
  connecting: "Das andere Gerät wird erreicht …",
  connectingWords: "Das andere Gerät wird erreicht. Es muss ebenfalls warten.",
  done: (device) => `Gekoppelt mit ${device}`,
  may: "Es darf hierher senden:",
  finish: "Fertig",
  show: {
    making: "Ein Code entsteht …",
    spent: { says: "Der Code gilt nicht mehr.", next: "Kein Gerät wurde damit gekoppelt. Jeder Code gilt einmal und fünf Minuten." },
    another: "Neuen Code zeigen",
    codeLabel: "Code",
    qr: "QR-Code des Tickets, zum Scannen mit dem anderen Gerät",
    left: (time) => `Gilt noch ${time}, einmal`,
    steps: [
      "Wähle am anderen Gerät „Gerät koppeln“ und „Code eingeben“.",
      "Gib diesen Code dort ein, oder scanne das Bild.",
      "Lass dies offen, bis beide sagen, dass sie gekoppelt sind.",
    ],
    ticket: "Ticket zum Koppeln",
    copyTicket: "Als Ticket kopieren",
    ticketHint: "Zum Einfügen, wenn du es sicher schicken kannst.",
  },
  enter: {
    secret: "Code oder Ticket",
    secretPlaceholder: "482-913-578, oder ein Ticket",
    read: {
      empty: "Das andere Gerät zeigt ihn unter „Gerät koppeln“.",
      code: "Ein Code.",
      ticket: "Ein Ticket. Es sagt selbst, wo sein Gerät ist.",
      incomplete: "Ein Code hat neun Ziffern; ein Ticket ist ein langes Wort.",
    },
    place: "Adresse des anderen Geräts",
    placePlaceholder: "192.168.1.31",
    placeHint: "Sie steht in den Einstellungen des anderen Geräts unter „Netz“.",
    placeNearby: "Für ein Gerät in der Nähe nicht nötig. Sonst steht sie in dessen Einstellungen unter „Netz“.",
    waiting: "Geräte in der Nähe, die auf eine Kopplung warten",
    button: "Koppeln",
  },
  compare: {
    text: "Beide Bildschirme zeigen dieselben Wörter, wenn niemand dazwischensteht. Ein Gerät wartet, das andere kommt zu ihm.",
    wait: "Hier warten",
    waitText: "Das andere Gerät kommt zu diesem.",
    waitButton: "Auf das andere Gerät warten",
    waiting: "Wartet, bis das andere Gerät kommt.",
    waits: (time) => `Noch ${time}`,
    go: "Zum anderen Gerät gehen",
    goButton: "Hingehen",
    ask: (device) => `Stehen diese Wörter in dieser Reihenfolge auch auf dem Bildschirm von ${device}?`,
    label: "Wörter zum Vergleichen",
    left: (time) => `Noch ${time} zum Vergleichen`,
    same: "Sie sind gleich",
    differ: "Sie sind verschieden",
    agreed: "Du hast gesagt, dass sie gleich sind. Nun muss es auch die andere Seite sagen.",
  },
};

export const link: Words["link"] = {
  filled: "Das hat ein Link hier eingetragen; geschehen ist noch nichts. Mach nur weiter, wenn du weißt, von wem der Link kommt.",
  busy: "Ein Link wurde geöffnet. Was du hier eingegeben hast, bleibt stehen; schließe es ab und öffne den Link dann noch einmal.",
};
