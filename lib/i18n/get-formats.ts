import { getLocale, getTimeZone } from "next-intl/server";
import { createFormats, type Formats } from "./formats.ts";

/** The reader's formats, in async server components. */
export async function getFormats(): Promise<Formats> {
  return createFormats(await getLocale(), await getTimeZone());
}
