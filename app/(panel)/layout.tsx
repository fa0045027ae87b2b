import { cookies } from "next/headers";
import type { ReactNode } from "react";
import { Shell } from "#components/layout/shell.tsx";
import { viewer } from "#lib/auth/authorize.ts";
import { navigationCookie, parseTheme, themeCookie } from "#lib/i18n/preferences.ts";

export default async function PanelLayout({ children }: { children: ReactNode }) {
  const store = await cookies();
  return (
    <Shell
      viewer={await viewer()}
      theme={parseTheme(store.get(themeCookie)?.value)}
      navigationCollapsed={store.get(navigationCookie)?.value === "collapsed"}
    >
      {children}
    </Shell>
  );
}
