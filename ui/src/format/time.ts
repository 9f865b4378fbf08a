// Times and durations for people, by Intl.

import { perLocale } from "../words/locale";
import { figure, whole } from "./whole";

const formats = perLocale((language) => {
  const unit = (name: string) =>
    new Intl.NumberFormat(language, { style: "unit", unit: name, unitDisplay: "short", maximumFractionDigits: 0 });
  const date = (options: Intl.DateTimeFormatOptions) => new Intl.DateTimeFormat(language, options);
  return {
    seconds: unit("second"),
    minutes: unit("minute"),
    hours: unit("hour"),
    days: unit("day"),
    clock: date({ hour: "2-digit", minute: "2-digit", hourCycle: "h23" }),
    date: date({ day: "numeric", month: "short" }),
    dateAndYear: date({ day: "numeric", month: "short", year: "numeric" }),
    exact: date({ dateStyle: "medium", timeStyle: "medium", hourCycle: "h23" }),
    exactClock: date({ timeStyle: "medium", hourCycle: "h23" }),
    // Short, it is a single sign in Japanese, "fire" as well as "Tuesday".
    weekday: date({ weekday: language === "ja" ? "long" : "short" }),
    dateAndClock: date({ day: "numeric", month: "short", hour: "2-digit", minute: "2-digit", hourCycle: "h23" }),
  };
});

const DAY = 86_400;

/** "3 min", "2 hr 5 min", "4 days 3 hr": two units at most, none of them finer than helps. */
export function duration(s: number): string {
  const { seconds, minutes, hours, days } = formats();
  if (s < 59.5) return figure(seconds.format(Math.max(1, Math.round(s))));
  const m = Math.round(s / 60);
  if (m < 60) return figure(minutes.format(m));
  if (s < DAY) return two(hours.format(Math.floor(m / 60)), m % 60, minutes);
  const h = Math.round(s / 3600);
  return two(days.format(Math.floor(h / 24)), h % 24, hours);
}

function two(large: string, rest: number, small: Intl.NumberFormat): string {
  return figure(rest === 0 ? large : `${large} ${small.format(rest)}`);
}

/** The time today, else the date. */
export function moment(ms: number, now: number): string {
  const { clock, date, dateAndYear } = formats();
  const then = new Date(ms);
  const today = new Date(now);
  if (then.toDateString() === today.toDateString()) return clock.format(then);
  return whole((then.getFullYear() === today.getFullYear() ? date : dateAndYear).format(then));
}

/** Date and time to the second, for what is kept. */
export function exact(ms: number): string {
  return formats().exact.format(new Date(ms));
}

/** The time of day to the second. */
export function exactClock(ms: number): string {
  return formats().exactClock.format(new Date(ms));
}

/** The time of something to come: "14:00" today, "Tue 14:00" within a week, else "Nov 29, 14:00". */
export function until(ms: number, now: number): string {
  const { clock, weekday, dateAndClock } = formats();
  const then = new Date(ms);
  if (then.toDateString() === new Date(now).toDateString()) return clock.format(then);
  // Six days: a weekday must not be taken for today's.
  return ms - now < 6 * DAY * 1000 ? figure(`${weekday.format(then)} ${clock.format(then)}`) : figure(dateAndClock.format(then));
}

/** What is left of a short time: "4:32". */
export function countdown(s: number): string {
  const all = Math.max(0, Math.ceil(s));
  return `${Math.floor(all / 60)}:${String(all % 60).padStart(2, "0")}`;
}
