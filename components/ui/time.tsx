"use client";

import type { Instant } from "#lib/i18n/formats.ts";
import { useClock } from "#lib/i18n/use-clock.ts";
import { useFormats } from "#lib/i18n/use-formats.ts";

interface TimeProps {
  value: Instant;
}

/** Day and time in the reader's time zone. */
export function DateTime({ value }: TimeProps) {
  const formats = useFormats();
  return (
    <time
      dateTime={new Date(value).toISOString()}
      title={formats.fullDateTime(value)}
      className="tabular-nums"
    >
      {formats.dateTime(value)}
    </time>
  );
}

/** How long ago or in how long, kept right as time goes by; the exact time shows on hover. */
export function RelativeTime({ value }: TimeProps) {
  const formats = useFormats();
  const now = useClock(30_000);
  return (
    <time dateTime={new Date(value).toISOString()} title={formats.fullDateTime(value)}>
      {formats.relativeTime(value, now)}
    </time>
  );
}
