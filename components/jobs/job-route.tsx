import { ArrowRight } from "lucide-react";
import { useTranslations } from "next-intl";
import { formatPlace } from "#components/registries/format-place.ts";
import { Code } from "#components/ui/code.tsx";
import type { JobSummary } from "#lib/services/jobs/index.ts";
import { isLookUp } from "./job-states.ts";

type JobRouteProps = Pick<JobSummary, "kind" | "source" | "target" | "bundle" | "releases">;

/** Where a job reads and where it writes, in one line. */
export function JobRoute({ kind, source, target, bundle, releases }: JobRouteProps) {
  const t = useTranslations("jobs");
  // Nothing goes anywhere.
  if (isLookUp(kind)) return <LookUpSource releases={releases} />;
  // What is taken away comes from nowhere.
  if (kind === "prune") return <Code>{target ? formatPlace(target) : "–"}</Code>;
  const bundleEnd = <BundleName bundle={bundle} />;
  return (
    <span className="flex min-w-40 flex-wrap items-center gap-x-1.5">
      {kind === "import_bundle" ? bundleEnd : <Code>{source ? formatPlace(source) : "–"}</Code>}
      <ArrowRight role="img" aria-label={t("to")} className="size-3.5 shrink-0 text-muted" />
      {kind === "export_bundle" ? bundleEnd : <Code>{target ? formatPlace(target) : "–"}</Code>}
    </span>
  );
}

function LookUpSource({ releases }: Pick<JobSummary, "releases">) {
  const source = releases.find((release) => release.source !== "")?.source ?? "–";
  return (
    <span className="block min-w-40">
      <Code>{source}</Code>
    </span>
  );
}

function BundleName({ bundle }: Pick<JobSummary, "bundle">) {
  const t = useTranslations("jobs.bundle");
  return bundle === null ? (
    <span className="text-muted">{t("deleted")}</span>
  ) : (
    <Code>{t("named", { name: bundle.name })}</Code>
  );
}
