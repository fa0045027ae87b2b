import "@fontsource-variable/inter/wght.css";
import type { Metadata, Viewport } from "next";
import { getLocale, getNow, getTimeZone } from "next-intl/server";
import { cookies } from "next/headers";
import type { ReactNode } from "react";
import { TextProvider } from "#components/layout/text-provider.tsx";
import { parseTheme, themeCookie } from "#lib/i18n/preferences.ts";
import "./globals.css";

export const metadata: Metadata = {
  title: { default: "Drayage", template: "%s · Drayage" },
  robots: { index: false, follow: false },
};

export const viewport: Viewport = { width: "device-width", initialScale: 1, colorScheme: "light dark" };

export default async function RootLayout({ children }: { children: ReactNode }) {
  const theme = parseTheme((await cookies()).get(themeCookie)?.value);
  const locale = await getLocale();
  return (
    // Without the attribute the page follows the operating system; set by the server, so nothing flashes.
    <html lang={locale} data-theme={theme === "system" ? undefined : theme}>
      <body>
        <TextProvider locale={locale} timeZone={await getTimeZone()} now={await getNow()}>
          {children}
        </TextProvider>
      </body>
    </html>
  );
}
