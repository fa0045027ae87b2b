"use client";

import { useTranslations } from "next-intl";
import { Alert } from "#components/ui/alert.tsx";
import { Card } from "#components/ui/card.tsx";
import { Checkbox } from "#components/ui/checkbox.tsx";
import { ErrorAlert } from "#components/ui/error-alert.tsx";
import { Spinner } from "#components/ui/spinner.tsx";
import type { ReleaseKind } from "#lib/db/generated/enums.ts";
import type { ImportPreview as Preview } from "#lib/schemas/releases.ts";
import { PreviewedComponents } from "./previewed-components.tsx";
import { ProblemList } from "./problem-list.tsx";
import type { AskedPreview } from "./use-import-preview.ts";

interface ImportPreviewProps {
  kind: ReleaseKind;
  asked: AskedPreview;
  leaveOut: boolean;
  onLeaveOut: (leaveOut: boolean) => void;
}

/** What a list would be read as, before it is imported. */
export function ImportPreview({ kind, asked: { asking, preview, error }, ...choice }: ImportPreviewProps) {
  const t = useTranslations("catalog.preview");
  return (
    <Card title={t("title")} aside={<span className="text-xs text-muted">{t("help")}</span>}>
      <div className="space-y-4">
        <p role="status" className="flex min-h-5 items-center gap-2 text-compact">
          {asking && <Spinner />}
          {asking ? t("asking") : preview && <Summary preview={preview} />}
        </p>
        {/* Who imports all the same is told so aloud. */}
        {error && <ErrorAlert error={error} live="off" />}
        {preview && (
          <>
            <BadLines kind={kind} preview={preview} {...choice} />
            <LeftOutTags preview={preview} />
            {preview.componentCount > 0 && <PreviewedComponents preview={preview} />}
          </>
        )}
      </div>
    </Card>
  );
}

function Summary({ preview: { componentCount, disabledCount } }: { preview: Preview }) {
  const t = useTranslations("catalog.preview");
  if (componentCount === 0) return t("none");
  return (
    <span>
      <strong className="font-semibold">{t("count", { count: componentCount })}</strong>
      {disabledCount > 0 && <span className="text-muted"> · {t("off", { count: disabledCount })}</span>}
    </span>
  );
}

interface BadLinesProps extends Pick<ImportPreviewProps, "kind" | "leaveOut" | "onLeaveOut"> {
  preview: Preview;
}

function BadLines({ kind, preview, leaveOut, onLeaveOut }: BadLinesProps) {
  const t = useTranslations("catalog.preview");
  const { componentCount, problemCount: count, problems } = preview;
  if (count === 0) return null;
  const isKept = kind === "getting_started_airgapped";
  return (
    <div className="space-y-3">
      <Alert status="warning" live="off" title={t("problems", { count })}>
        {isKept ? t("kept") : t("refused")}
      </Alert>
      <div className="rounded border border-line">
        <ProblemList label={t("problems", { count })} problems={problems} />
      </div>
      {count > problems.length && (
        <p className="text-xs text-muted">{t("more", { count: count - problems.length })}</p>
      )}
      {!isKept && componentCount > 0 && (
        <Checkbox
          label={t("leaveOut", { count })}
          help={t("leaveOutHelp")}
          checked={leaveOut}
          onChange={(event) => onLeaveOut(event.target.checked)}
        />
      )}
    </div>
  );
}

function LeftOutTags({ preview: { tagCount: count, tags } }: { preview: Preview }) {
  const t = useTranslations("catalog.preview");
  if (count === 0) return null;
  return (
    <Alert status="info" live="off" title={t("tags", { count })}>
      <p>{t("tagsHelp")}</p>
      <ul>
        {tags.map(({ line, tag }) => (
          <li key={line}>{t("tagLine", { line, tag })}</li>
        ))}
        {count > tags.length && <li>{t("more", { count: count - tags.length })}</li>}
      </ul>
    </Alert>
  );
}
