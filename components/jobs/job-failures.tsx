"use client";

import { useQuery } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { getJson } from "#components/query/get-json.ts";
import { Badge } from "#components/ui/badge.tsx";
import { Card } from "#components/ui/card.tsx";
import { Code } from "#components/ui/code.tsx";
import { statusColors, statusIcons } from "#components/ui/status.tsx";
import { withoutImage } from "#lib/i18n/error-text.ts";
import { useErrorText } from "#lib/i18n/use-error-text.ts";
import type { FailureGroup } from "#lib/services/jobs/index.ts";

interface JobFailuresProps {
  jobId: string;
  /** How many images have failed: another number means another answer. */
  failed: number;
  initial: FailureGroup[];
}

/** Failed images by cause: a job with one wrong password says so once. */
export function JobFailures({ jobId, failed, initial }: JobFailuresProps) {
  const t = useTranslations("jobs.failures");
  const { data } = useQuery({
    queryKey: ["jobs", jobId, "failures", failed],
    queryFn: ({ signal }) => getJson<FailureGroup[]>(`/api/jobs/${jobId}/failures`, signal),
    placeholderData: (previous) => previous ?? initial,
    enabled: failed > 0,
  });
  if (failed === 0 || !data || data.length === 0) return null;
  return (
    <Card title={t("title")} flush>
      <ul>
        {data.map((group, index) => (
          <FailureItem key={`${group.error.code} ${index}`} group={group} />
        ))}
      </ul>
    </Card>
  );
}

function FailureItem({ group }: { group: FailureGroup }) {
  const t = useTranslations("jobs.failures");
  const errorText = useErrorText();
  const { count, examples, error } = group;
  const { title, hint } = errorText(count === 1 ? error : withoutImage(error));
  const Icon = statusIcons.danger;
  return (
    <li className="flex items-start gap-2 border-line px-4 py-3 text-compact not-last:border-b">
      <Icon aria-hidden className={`mt-px size-4 shrink-0 ${statusColors.danger}`} />
      <div className="min-w-0 flex-1 space-y-1">
        <p className="flex flex-wrap items-center gap-2 font-semibold wrap-anywhere">
          {title}
          <Badge status="danger">{t("count", { count })}</Badge>
        </p>
        <p className="wrap-anywhere">{hint}</p>
        <details>
          <summary className="link">{t("examples")}</summary>
          <ul className="mt-1 space-y-0.5">
            {examples.map((example) => (
              <li key={example.taskId}>
                <Code>{example.name}</Code>
              </li>
            ))}
            {count > examples.length && (
              <li className="text-muted">{t("more", { count: count - examples.length })}</li>
            )}
          </ul>
        </details>
      </div>
    </li>
  );
}
