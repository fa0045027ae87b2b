/**
 * The instant at which a day begins in a time zone.
 *
 * @param day `2026-03-31`
 * @param offsetDays 1 is the day after, whose beginning ends this one
 */
export function dayStart(day: string, timeZone: string, offsetDays = 0): Date {
  const [year = 0, month = 1, date = 1] = day.split("-").map(Number);
  // Years below 100 would be taken for those of the twentieth century.
  const midnight = new Date(0);
  midnight.setUTCFullYear(year, month - 1, date + offsetDays);
  const wanted = midnight.getTime();
  // The offset is that of the instant sought: a change of the clocks between the two guesses is met by the second.
  const guess = wanted - zoneOffsetMs(wanted, timeZone);
  return new Date(wanted - zoneOffsetMs(guess, timeZone));
}

function zoneOffsetMs(instant: number, timeZone: string): number {
  const parts = new Intl.DateTimeFormat("en", { timeZone, timeZoneName: "longOffset" }).formatToParts(
    instant,
  );
  // "GMT", "GMT+09:00", and with seconds for times before the zones.
  const name = parts.find(({ type }) => type === "timeZoneName")?.value ?? "GMT";
  const [, sign, hours = "0", minutes = "0", seconds = "0"] =
    /([+-])(\d{2}):(\d{2})(?::(\d{2}))?/.exec(name) ?? [];
  const offset = (Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds)) * 1000;
  return sign === "-" ? -offset : offset;
}
