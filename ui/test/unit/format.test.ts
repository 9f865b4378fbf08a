import { describe, expect, it } from "vitest";
import { byName } from "../../src/format/order";
import { percent, percentText, rate, size, sizePair } from "../../src/format/numbers";
import { duration, moment, until } from "../../src/format/time";

describe("numbers", () => {
  it("writes sizes in the unit that a person would choose", () => {
    const written = [0, 1, 999, 1000, 999_499, 999_500, 41_500_000_000, 2e15].map(size);
    expect(written).toEqual(["0 bytes", "1 byte", "999 bytes", "1 kB", "999 kB", "1 MB", "41.5 GB", "2 PB"]);
  });

  it("says the unit once where both numbers have it", () => {
    expect(sizePair(18.2e9, 41.5e9)).toEqual(["18.2", "41.5 GB"]);
    expect(sizePair(900e6, 41.5e9)).toEqual(["900 MB", "41.5 GB"]);
    expect(sizePair(0, 41.5e9)).toEqual(["0", "41.5 GB"]);
  });

  it("never says 100% before everything is there, and never more", () => {
    expect(percent(999_999, 1_000_000)).toBe(99);
    expect(percent(1_000_000, 1_000_000)).toBe(100);
    expect(percent(2_000_000, 1_000_000)).toBe(100);
    expect(percent(0, 0)).toBe(0);
    expect(percentText(999_999, 1_000_000)).toBe("99%");
  });

  it("writes rates", () => {
    expect([0, 512, 24.1e6].map(rate)).toEqual(["0 B/s", "512 B/s", "24.1 MB/s"]);
  });
});

describe("names", () => {
  it("stand in a person's order, not in that of code points", () => {
    const names = ["studio", "Ärger", "node 10", "Node 9", "Zebra"].map((name) => ({ name }));
    expect(names.toSorted(byName).map(({ name }) => name)).toEqual(["Ärger", "Node 9", "node 10", "studio", "Zebra"]);
  });
});

describe("times", () => {
  it("writes durations in two units at most", () => {
    const written = [0, 12, 59.4, 59.6, 180, 3600, 7500, 90_000, 172_800].map(duration);
    expect(written).toEqual(["1 sec", "12 sec", "59 sec", "1 min", "3 min", "1 hr", "2 hr 5 min", "1 day 1 hr", "2 days"]);
  });

  it("writes the time today, the date before", () => {
    const now = new Date(2026, 10, 22, 18, 0).getTime();
    expect(moment(new Date(2026, 10, 22, 9, 5).getTime(), now)).toBe("09:05");
    expect(moment(new Date(2026, 10, 19, 9, 5).getTime(), now)).toBe("Nov\u00a019");
    expect(moment(new Date(2025, 10, 19).getTime(), now)).toBe("Nov\u00a019,\u00a02025");
  });

  it("writes what is to come so that no day is taken for another", () => {
    const now = new Date(2026, 10, 22, 18, 0).getTime();
    const at = (day: number, hour: number) => until(new Date(2026, 10, day, hour, 0).getTime(), now);
    expect([at(22, 20), at(24, 14), at(28, 17), at(29, 14)]).toEqual(["20:00", "Tue 14:00", "Sat 17:00", "Nov 29, 14:00"]);
  });
});
