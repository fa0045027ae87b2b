import { cookies } from "next/headers";
import type { ReactNode } from "react";
import { PlainShell } from "#components/layout/plain-shell.tsx";
import { parseTheme, themeCookie } from "#lib/i18n/preferences.ts";

export default async function AuthLayout({ children }: { children: ReactNode }) {
  return <PlainShell theme={parseTheme((await cookies()).get(themeCookie)?.value)}>{children}</PlainShell>;
}
