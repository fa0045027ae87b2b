import { Monitor } from "lucide-react";
import { useTranslations } from "next-intl";
import { Badge } from "#components/ui/badge.tsx";
import { Card } from "#components/ui/card.tsx";
import { DateTime, RelativeTime } from "#components/ui/time.tsx";
import type { SessionRow } from "#lib/schemas/account.ts";
import { parseBrowserName } from "./browser-name.ts";
import { SignOutOthers } from "./sign-out-others.tsx";

export function SessionsCard({ sessions }: { sessions: readonly SessionRow[] }) {
  const t = useTranslations("account");
  return (
    <Card title={t("sessions")} aside={sessions.length > 1 && <SignOutOthers />} flush>
      <p className="px-4 pt-3 text-compact text-muted">{t("sessionsHelp")}</p>
      <ul className="divide-y divide-line px-4 pb-1">
        {sessions.map((session) => (
          <li key={session.id} className="flex items-start gap-3 py-3">
            <Monitor aria-hidden className="mt-0.5 size-5 shrink-0 text-muted" />
            <div className="min-w-0 space-y-0.5">
              <p className="flex flex-wrap items-center gap-x-2 gap-y-1 font-medium">
                <span title={session.userAgent}>
                  <BrowserLabel userAgent={session.userAgent} />
                </span>
                {session.isCurrent && <Badge status="info">{t("thisSession")}</Badge>}
              </p>
              <p className="flex flex-wrap gap-x-4 text-compact text-muted">
                {session.address !== "" && (
                  <span className="wrap-anywhere">
                    {t("address")}: {session.address}
                  </span>
                )}
                <span>
                  {t("signedIn")}: <DateTime value={session.createdAt} />
                </span>
                <span>
                  {t("lastSeen")}: <RelativeTime value={session.lastSeenAt} />
                </span>
              </p>
            </div>
          </li>
        ))}
      </ul>
    </Card>
  );
}

function BrowserLabel({ userAgent }: { userAgent: string }) {
  const t = useTranslations("account");
  const { browser, system } = parseBrowserName(userAgent);
  if (browser !== null && system !== null) return t("browserOn", { browser, system });
  return browser ?? system ?? t("unknownBrowser");
}
