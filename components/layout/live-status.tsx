"use client";

import { CloudOff, RefreshCw, Wifi } from "lucide-react";
import { useTranslations } from "next-intl";
import { createContext, type ReactNode, use, useEffect, useState } from "react";
import { classNames } from "#components/ui/class-names.ts";

/** `live`: events arrive by themselves; `polling`: asked for every few seconds; `lost`: no answer. */
export type LiveStatus = "live" | "polling" | "lost";

type Report = (status: LiveStatus | null) => void;

const StatusContext = createContext<LiveStatus | null>(null);
const ReportContext = createContext<Report>(() => undefined);

export function LiveStatusProvider({ children }: { children: ReactNode }) {
  const [status, setStatus] = useState<LiveStatus | null>(null);
  return (
    <ReportContext value={setStatus}>
      <StatusContext value={status}>{children}</StatusContext>
    </ReportContext>
  );
}

/**
 * Called by whatever on a page lives from events; the header shows it for as long as that is on the page. Null when there
 * is nothing to hear any more.
 */
export function useReportLiveStatus(status: LiveStatus | null): void {
  const report = use(ReportContext);
  useEffect(() => {
    report(status);
    return () => report(null);
  }, [report, status]);
}

const icons: Readonly<Record<LiveStatus, ReactNode>> = {
  live: <Wifi aria-hidden className="size-4 shrink-0" />,
  polling: <RefreshCw aria-hidden className="size-4 shrink-0" />,
  lost: <CloudOff aria-hidden className="size-4 shrink-0" />,
};

/** The header's word on whether what one sees is live. Nothing on pages without live parts. */
export function LiveStatusLabel() {
  const t = useTranslations("nav.live");
  const status = use(StatusContext);
  return (
    <span
      role="status"
      className={classNames(
        "flex h-12 items-center gap-1.5 text-xs text-on-header-muted",
        status !== null && "px-2.5",
        status === "lost" && "text-on-header",
      )}
    >
      {status && icons[status]}
      {status && <span className="max-md:sr-only">{t(status)}</span>}
    </span>
  );
}
