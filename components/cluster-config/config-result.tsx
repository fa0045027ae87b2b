"use client";

import { useTranslations } from "next-intl";
import { useRef } from "react";
import { Alert } from "#components/ui/alert.tsx";
import { Button } from "#components/ui/button.tsx";
import { Card } from "#components/ui/card.tsx";
import { ErrorAlert } from "#components/ui/error-alert.tsx";
import { Held, HoldNote } from "#components/ui/held.tsx";
import { Spinner } from "#components/ui/spinner.tsx";
import type { ErrorView } from "#lib/errors.ts";
import type { ConfigForm, ConfigPlace, ConfigTopic, MadeConfig } from "#lib/schemas/cluster-config.ts";
import { ConfigFileCard } from "./config-file-card.tsx";
import { ConfigFindings } from "./config-findings.tsx";
import { ConfigGuide } from "./config-guide.tsx";
import { DownloadAll } from "./download-all.tsx";
import { MisplacedImages } from "./misplaced-images.tsx";
import { NotMadeYet } from "./not-made-yet.tsx";
import { PauseImage } from "./pause-image.tsx";
import { WindowsRequests } from "./windows-requests.tsx";

interface ConfigResultProps {
  topic: ConfigTopic;
  /** As it is now. */
  form: ConfigForm;
  made: MadeConfig | null;
  /** It was made of the form as it was a moment ago. */
  isOutdated: boolean;
  error: ErrorView | null;
  onRetry: () => void;
  place: ConfigPlace;
  mayPlan: boolean;
}

/** The files, what is to be known of them, and how they are applied. */
export function ConfigResult({
  topic,
  form,
  made,
  isOutdated,
  error,
  onRetry,
  place,
  mayPlan,
}: ConfigResultProps) {
  const t = useTranslations("clusterConfig");
  const tCommon = useTranslations("common");
  const root = useRef<HTMLDivElement>(null);
  const isMaking = made === null && error === null;
  const reason = isOutdated ? t("result.outdated") : null;
  return (
    <div
      ref={root}
      tabIndex={-1}
      className="min-w-0 space-y-5 outline-none"
      aria-busy={isMaking || isOutdated}
    >
      {error?.code === "invalid-input" && <NotMadeYet topic={topic} error={error} />}
      {error && error.code !== "invalid-input" && (
        <ErrorAlert
          error={error}
          action={
            <Button
              size="sm"
              onClick={() => {
                // This button goes along, and gives up the focus.
                root.current?.focus({ preventScroll: true });
                onRetry();
              }}
            >
              {tCommon("retry")}
            </Button>
          }
        />
      )}
      {isMaking && (
        <p role="status" className="flex items-center gap-2 text-compact text-muted">
          <Spinner /> {t("result.making")}
        </p>
      )}
      {made && (
        <>
          <Held reason={reason} className="space-y-5">
            <ConfigGuide topic={topic} part="notes" made={made} />
            <MisplacedImages topic={topic} made={made} />
          </Held>
          <Card
            title={t("result.files")}
            aside={
              <div className="flex flex-wrap items-center justify-end gap-x-3 gap-y-1">
                <HoldNote held={isOutdated}>{t("result.outdated")}</HoldNote>
                {made.files.length > 0 && <DownloadAll topic={topic} form={form} />}
              </div>
            }
          >
            <Held reason={reason} className="space-y-4">
              {made.files.length === 0 && <p className="text-compact text-muted">{t("result.noFiles")}</p>}
              {made.files.map((file) => (
                <ConfigFileCard key={file.path} file={file} />
              ))}
            </Held>
          </Card>
          <Held reason={reason} className="space-y-5">
            {made.files.length > 0 && (
              <Card title={t("result.findings")}>
                {made.findings.length === 0 ? (
                  <Alert status="success" compact live="off">
                    {t("result.nothingFound")}
                  </Alert>
                ) : (
                  <ConfigFindings findings={made.findings} />
                )}
              </Card>
            )}
            <ConfigGuide topic={topic} part="steps" made={made} />
            {made.windows && (
              <>
                <PauseImage windows={made.windows} place={place} mayPlan={mayPlan} />
                <WindowsRequests windows={made.windows} />
              </>
            )}
          </Held>
        </>
      )}
    </div>
  );
}
