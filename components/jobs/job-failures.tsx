import { useQuery } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { formatGridHref } from "#components/datagrid/grid-href.ts";
import { getJson } from "#components/query/get-json.ts";
import { ExamineLink } from "#components/doctor/examine-link.tsx";
import { Badge } from "#components/ui/badge.tsx";
import { Card } from "#components/ui/card.tsx";
import { Code } from "#components/ui/code.tsx";
import { statusColors, statusIcons } from "#components/ui/status.tsx";
import type { JobKind } from "#lib/db/generated/enums.ts";
import { withoutImage } from "#lib/i18n/error-text.ts";
import { useErrorText } from "#lib/i18n/use-error-text.ts";
import type { FailureGroup, JobSnapshot } from "#lib/services/jobs/index.ts";
import { findExaminable } from "#lib/schemas/doctor.ts";
import { ListLink } from "./list-link.tsx";
import { usePacedRefetch } from "./use-paced-refetch.ts";

interface JobFailuresProps {
  snapshot: JobSnapshot;
  initial: FailureGroup[];
  mayExamine: boolean;
}

/** Failed images by cause: a job with one wrong password says so once. */
export function JobFailures({ snapshot: { id, kind, run, tasks }, initial, mayExamine }: JobFailuresProps) {
  const t = useTranslations("jobs.failures");
  const { data } = useQuery({
    queryKey: ["jobs", id, "failures"],
    queryFn: ({ signal }) => getJson<FailureGroup[]>(`/api/jobs/${id}/failures`, signal),
    initialData: initial,
  });
  usePacedRefetch(id, "failures", `${run} ${tasks.failed}`);
  if (tasks.failed === 0 || data.length === 0) return null;
  return (
    <Card title={t("title")} flush>
      <ul>
        {data.map((group) => (
          <FailureItem
            key={group.examples[0]?.taskId}
            jobId={id}
            kind={kind}
            group={group}
            mayExamine={mayExamine}
          />
        ))}
      </ul>
    </Card>
  );
}

interface FailureItemProps {
  jobId: string;
  kind: JobKind;
  group: FailureGroup;
  mayExamine: boolean;
}

function FailureItem({ jobId, kind, group, mayExamine }: FailureItemProps) {
  const t = useTranslations("jobs.failures");
  const tPruning = useTranslations("pruning");
  const errorText = useErrorText();
  const { count, examples, error } = group;
  const { title, hint } = errorText(count === 1 ? error : withoutImage(error));
  const Icon = statusIcons.danger;
  const host = mayExamine ? findExaminable(error) : null;
  return (
    <li className="flex items-start gap-2 border-line px-4 py-3 text-compact not-last:border-b">
      <Icon aria-hidden className={`mt-px size-4 shrink-0 ${statusColors.danger}`} />
      <div className="min-w-0 flex-1 space-y-1">
        <p className="flex flex-wrap items-center gap-2 font-semibold wrap-anywhere">
          {title}
          <Badge status="danger">
            {kind === "prune" ? tPruning("failures", { count }) : t("count", { count })}
          </Badge>
        </p>
        <p className="wrap-anywhere">{hint}</p>
        <ul aria-label={t("examples")} className="text-muted">
          {examples.map((example) => (
            <li key={example.taskId}>
              <Code>{example.name}</Code>
            </li>
          ))}
          {count > examples.length && <li>{t("more", { count: count - examples.length })}</li>}
        </ul>
        {host !== null && <ExamineLink host={host} />}
        {kind !== "prune" && (
          <ListLink href={formatGridHref(`/jobs/${jobId}`, { cause: examples[0]?.taskId })}>
            {t("show")}
          </ListLink>
        )}
      </div>
    </li>
  );
}
