import { usualOverlapDays } from "#lib/schemas/rotation.ts";

const dayMs = 86_400_000;

/** As a date control has it, in the time zone of whoever reads. */
export function formatDay(at: Date): string {
  const pad = (figure: number) => String(figure).padStart(2, "0");
  return `${at.getFullYear()}-${pad(at.getMonth() + 1)}-${pad(at.getDate())}`;
}

/** The days that an overlap may end at, and the one that is proposed; null when there is none left. */
export function suggestDays(
  notAfter: string,
  now: Date,
): { first: string; last: string; usual: string } | null {
  const [end, tomorrow] = [new Date(notAfter), new Date(now.getTime() + dayMs)];
  if (end.getTime() <= tomorrow.getTime()) return null;
  const usual = new Date(Math.min(end.getTime(), now.getTime() + usualOverlapDays * dayMs));
  return { first: formatDay(tomorrow), last: formatDay(end), usual: formatDay(usual) };
}

/** The end of that day, or of the certificate where that comes first; null for what is no day. */
export function endOfDay(day: string, notAfter: string): string | null {
  const at = new Date(`${day}T23:59:59`);
  if (Number.isNaN(at.getTime())) return null;
  const end = new Date(notAfter);
  // On its last day the certificate ends before the day does.
  const isLastDay = formatDay(end) === day;
  return (isLastDay && end < at ? end : at).toISOString();
}
