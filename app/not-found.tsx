import { cookies } from "next/headers";
import { PageMissing } from "#components/layout/page-missing.tsx";
import { PlainShell } from "#components/layout/plain-shell.tsx";
import { parseTheme, themeCookie } from "#lib/i18n/preferences.ts";

export default async function NotFound() {
  return (
    <PlainShell theme={parseTheme((await cookies()).get(themeCookie)?.value)}>
      <PageMissing />
    </PlainShell>
  );
}
