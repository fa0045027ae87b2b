import { useLocale, useTimeZone } from "next-intl";
import { useMemo } from "react";
import { createFormats, type Formats } from "./formats.ts";

/** The reader's formats, in client components and in server components that are not async. */
export function useFormats(): Formats {
  const locale = useLocale();
  const timeZone = useTimeZone() ?? "UTC";
  return useMemo(() => createFormats(locale, timeZone), [locale, timeZone]);
}
