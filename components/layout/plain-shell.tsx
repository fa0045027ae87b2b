import type { ReactNode } from "react";
import type { Theme } from "#lib/i18n/preferences.ts";
import { Header } from "./header.tsx";
import { TimeZoneCookie } from "./time-zone-cookie.tsx";

interface PlainShellProps {
  theme: Theme;
  children: ReactNode;
}

/** Header and a narrow column, for who is not signed in: sign-in, set-up, a page that is not there. */
export function PlainShell({ theme, children }: PlainShellProps) {
  return (
    <>
      <TimeZoneCookie />
      <Header theme={theme} signedIn={false} />
      <main id="content" tabIndex={-1} className="mx-auto max-w-md px-4 py-12 outline-none">
        {children}
      </main>
    </>
  );
}
