import { ArrowRight } from "lucide-react";
import { useTranslations } from "next-intl";
import { Code } from "#components/ui/code.tsx";
import type { JobSummary } from "#lib/services/jobs/index.ts";

/** Where a job reads and where it writes, in one line. */
export function JobRoute({ source, target }: Pick<JobSummary, "source" | "target">) {
  const t = useTranslations("jobs");
  return (
    <span className="flex min-w-40 flex-wrap items-center gap-x-1.5">
      <Code>{source ? formatPlace(source) : "–"}</Code>
      <ArrowRight role="img" aria-label={t("to")} className="size-3.5 shrink-0 text-muted" />
      <Code>{target ? formatPlace(target) : "–"}</Code>
    </span>
  );
}

function formatPlace({ host, basePath }: { host: string; basePath: string }): string {
  return basePath === "" ? host : `${host}/${basePath}`;
}
