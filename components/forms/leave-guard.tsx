"use client";

import { useRouter } from "next/navigation";
import { type ReactNode, useEffect, useState } from "react";
import { ConfirmDialog } from "#components/ui/confirm-dialog.tsx";

interface LeaveGuardProps {
  /** A question. */
  title: string;
  /** What would be lost. */
  children: ReactNode;
  leaveLabel: string;
  stayLabel: string;
}

/** Asks before the page is left, by a link of ours or any other way. */
export function LeaveGuard({ title, children, leaveLabel, stayLabel }: LeaveGuardProps) {
  const router = useRouter();
  const [href, setHref] = useState<string | null>(null);
  useEffect(() => {
    const listening = new AbortController();
    const { signal } = listening;
    window.addEventListener("beforeunload", (event) => event.preventDefault(), { signal });
    document.addEventListener(
      "click",
      (event) => {
        const link = event.target instanceof Element ? event.target.closest("a") : null;
        if (!link || !leadsAway(link, event)) return;
        event.preventDefault();
        event.stopPropagation();
        setHref(link.href);
      },
      // Before the link itself hears of it.
      { capture: true, signal },
    );
    return () => listening.abort();
  }, []);
  return (
    <ConfirmDialog
      open={href !== null}
      onOpenChange={(open) => {
        if (!open) setHref(null);
      }}
      title={title}
      confirmLabel={leaveLabel}
      cancelLabel={stayLabel}
      destructive={false}
      onConfirm={() => {
        router.push(href ?? "/");
        return true;
      }}
    >
      {children}
    </ConfirmDialog>
  );
}

function leadsAway({ target, href, hash, origin, download }: HTMLAnchorElement, event: MouseEvent): boolean {
  const plain = !(event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) && event.button === 0;
  // Other origins and downloads are the browser's own matter: it asks by itself, or stays.
  return (
    plain && target === "" && download === "" && href !== "" && hash === "" && origin === location.origin
  );
}
