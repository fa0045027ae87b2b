import { Pause, Play, RotateCw } from "lucide-react";
import { useTranslations } from "next-intl";
import { useRouter } from "next/navigation";
import { useEffect, useEffectEvent } from "react";
import { storeFilesId } from "#components/bundles/store-files-places.ts";
import { LeaveGuard } from "#components/forms/leave-guard.tsx";
import { roundTimeLeft } from "#components/jobs/job-shares.ts";
import { Alert } from "#components/ui/alert.tsx";
import { Button } from "#components/ui/button.tsx";
import { Card } from "#components/ui/card.tsx";
import { ErrorAlert } from "#components/ui/error-alert.tsx";
import { ProgressBar } from "#components/ui/progress-bar.tsx";
import { useToast } from "#components/ui/toast.tsx";
import { useClock } from "#lib/i18n/use-clock.ts";
import { useFormats } from "#lib/i18n/use-formats.ts";
import type { BundleFileView } from "#lib/services/bundles/bundle-views.ts";
import { CancelUpload } from "./cancel-upload.tsx";
import type { SendProgress } from "./send-files.ts";
import { UploadFiles } from "./upload-files.tsx";
import { useSendFiles } from "./use-send-files.ts";

interface SendingUploadProps {
  bundleId: string;
  name: string;
  /** No bundle comes of it. */
  loose: boolean;
  /** As far as they are. */
  files: readonly BundleFileView[];
  /** What is sent, by name. */
  chosen: ReadonlyMap<string, File>;
}

/** Files on their way to the panel; the page where they can be seen follows when all have arrived. */
export function SendingUpload({ bundleId, name, loose, files: known, chosen }: SendingUploadProps) {
  const t = useTranslations("bundles.uploads");
  const tCommon = useTranslations("common");
  const router = useRouter();
  const { progress, go, pause } = useSendFiles({ bundleId, files: known, chosen });
  const { phase, files } = progress;
  const finished = phase === "finished";
  const toast = useToast();
  const showArrived = useEffectEvent(() => {
    if (!loose) {
      router.push(`/bundles/${bundleId}`);
      return;
    }
    toast({ status: "success", title: t("looseArrived", { count: files.length }) });
    router.push(`/bundles#${storeFilesId}`);
  });
  useEffect(() => {
    if (finished) showArrived();
  }, [finished]);
  const moving = phase === "sending" || phase === "waiting" || phase === "finishing";
  return (
    <Card
      title={<span className="wrap-anywhere">{t("sendingName", { name })}</span>}
      footer={
        <>
          {(phase === "sending" || phase === "waiting") && (
            <Button icon={<Pause aria-hidden />} onClick={pause}>
              {t("pause")}
            </Button>
          )}
          {phase === "waiting" && (
            <Button icon={<RotateCw aria-hidden />} onClick={go}>
              {t("tryNow")}
            </Button>
          )}
          {phase === "paused" && (
            <Button variant="primary" icon={<Play aria-hidden />} onClick={go}>
              {t("goOn")}
            </Button>
          )}
          {(phase === "refused" || phase === "unreadable") && (
            <Button variant="primary" icon={<RotateCw aria-hidden />} onClick={go}>
              {tCommon("retry")}
            </Button>
          )}
          <CancelUpload
            bundleId={bundleId}
            name={name}
            onConfirmed={pause}
            disabled={phase === "finishing"}
          />
        </>
      }
    >
      <div className="space-y-4">
        <Bar name={name} progress={progress} />
        {/* Figures change too often to be read out; a phase does not. */}
        <p role="status" className="sr-only">
          {t(`phases.${phase}`)}
        </p>
        {phase === "waiting" && <Waiting until={progress.until} />}
        {phase === "refused" && <ErrorAlert error={progress.error} />}
        {phase === "unreadable" && (
          <Alert status="danger" title={t("unreadable", { name: progress.file })}>
            {t("unreadableHelp")}
          </Alert>
        )}
        <UploadFiles files={files} current={phase === "sending" ? progress.file : null} />
        <p className="text-xs text-muted">{t(loose ? "keepOpenLoose" : "keepOpen")}</p>
      </div>
      {moving && (
        <LeaveGuard title={t("leaveTitle")} leaveLabel={t("leave")} stayLabel={t("stay")}>
          <p>{t("leaveHelp")}</p>
        </LeaveGuard>
      )}
    </Card>
  );
}

function Bar({ name, progress }: { name: string; progress: SendProgress }) {
  const t = useTranslations("bundles.uploads");
  const formats = useFormats();
  const { phase, files, rate } = progress;
  const total = files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  const done = files.reduce((sum, { receivedBytes }) => sum + receivedBytes, 0);
  const line = t("progress", { done: formats.bytes(done), total: formats.bytes(total) });
  const failed = phase === "refused" || phase === "unreadable";
  return (
    <div className="space-y-1.5">
      <div className="flex flex-wrap items-baseline justify-between gap-x-4 text-compact tabular-nums">
        <p>{line}</p>
        <p className="text-muted">
          {phase === "sending" && rate !== null
            ? t("pace", {
                rate: formats.bytesPerSecond(rate),
                left: formats.duration(roundTimeLeft((total - done) / rate) * 1000),
              })
            : t(`phases.${phase}`)}
        </p>
      </div>
      <ProgressBar
        label={t("progressOf", { name })}
        value={done}
        max={total}
        status={failed ? "danger" : phase === "waiting" ? "warning" : "info"}
        valueText={line}
      />
    </div>
  );
}

function Waiting({ until }: { until: number }) {
  const t = useTranslations("bundles.uploads");
  const formats = useFormats();
  const now = useClock(1000);
  return (
    <Alert
      status="warning"
      live="off"
      title={t("lost", { time: formats.duration(Math.max(1000, until - now.getTime())) })}
    >
      {t("lostHelp")}
    </Alert>
  );
}
