"use client";

import { Send } from "lucide-react";
import { useTranslations } from "next-intl";
import { useRouter } from "next/navigation";
import { useState } from "react";
import { useAction } from "#components/forms/use-action.ts";
import { Alert } from "#components/ui/alert.tsx";
import { Button } from "#components/ui/button.tsx";
import { ErrorAlert } from "#components/ui/error-alert.tsx";
import { testChannelAction } from "#lib/actions/notifications.ts";
import type { ChannelRow, ChannelTestResult } from "#lib/schemas/notifications.ts";

/** Sends a test at once and says what came of it. */
export function ChannelTest({ channel }: { channel: Pick<ChannelRow, "id" | "name" | "address"> }) {
  const t = useTranslations("notifications");
  const router = useRouter();
  const [result, setResult] = useState<ChannelTestResult | null>(null);
  const { run, pending, error } = useAction(testChannelAction);
  const { id, name, address } = channel;
  const test = () => {
    setResult(null);
    void run({ channelId: id }, (found) => {
      setResult(found);
      router.refresh();
    });
  };
  const failure = error ?? (result?.ok === false ? result.error : null);
  return (
    <div className="space-y-3">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <Button icon={<Send aria-hidden />} loading={pending} onClick={test}>
          {t("test")}
        </Button>
        <span className="text-xs wrap-anywhere text-muted">
          {pending ? t("testing", { address }) : t("testHint")}
        </span>
      </div>
      {!pending && failure && <ErrorAlert error={failure} />}
      {!pending && result?.ok && (
        <Alert status="success" title={t("testOk")}>
          {t("testOkDetail", { name, latency: result.latencyMs })}
        </Alert>
      )}
      {!pending && result?.ok && result.note && (
        <>
          <p className="text-compact">{t("testNote")}</p>
          <ErrorAlert error={result.note} />
        </>
      )}
    </div>
  );
}
