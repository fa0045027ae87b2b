import { useTranslations } from "next-intl";
import { useRouter } from "next/navigation";
import { useEffect, useState } from "react";
import { ConfirmDialog } from "#components/ui/confirm-dialog.tsx";

/** Asks before the page is left, by a link of ours or any other way: what is being sent would stop. */
export function LeaveGuard() {
  const t = useTranslations("bundles.uploads");
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
      title={t("leaveTitle")}
      confirmLabel={t("leave")}
      cancelLabel={t("stay")}
      destructive={false}
      onConfirm={() => {
        router.push(href ?? "/bundles");
        return true;
      }}
    >
      <p>{t("leaveHelp")}</p>
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
