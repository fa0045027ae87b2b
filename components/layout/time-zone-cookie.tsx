"use client";

import { useTimeZone } from "next-intl";
import { useRouter } from "next/navigation";
import { useEffect } from "react";
import { timeZoneCookie } from "#lib/i18n/preferences.ts";
import { writePreference } from "./write-preference.ts";

/**
 * Tells the server the browser's time zone, which no request header does. Only a first visit, or one from another zone,
 * is rendered again.
 */
export function TimeZoneCookie() {
  const rendered = useTimeZone();
  const router = useRouter();
  useEffect(() => {
    const own = Intl.DateTimeFormat().resolvedOptions().timeZone;
    if (own === rendered) return;
    writePreference(timeZoneCookie, own);
    // A browser that keeps no cookies would ask for ever.
    if (document.cookie.includes(`${timeZoneCookie}=`)) router.refresh();
  }, [rendered, router]);
  return null;
}
