"use client";

import { useQuery } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { getJson, RequestError } from "#components/query/get-json.ts";
import { Code } from "#components/ui/code.tsx";
import { ErrorAlert } from "#components/ui/error-alert.tsx";
import { Spinner } from "#components/ui/spinner.tsx";
import type { RevisionChanges as Changes, RevisionRow, SelectionDetail } from "#lib/schemas/selections.ts";

interface RevisionChangesProps {
  selection: Pick<SelectionDetail, "organization" | "release">;
  row: RevisionRow;
}

/** The names of what a revision turned on and off. */
export function RevisionChanges({ selection: { organization, release }, row }: RevisionChangesProps) {
  const t = useTranslations("selections.revisions");
  const tCommon = useTranslations("common");
  const path = `/api/organizations/${organization.name}/selections/${release.id}/revisions/${row.revision}`;
  const { data, error } = useQuery({
    queryKey: ["revision-changes", organization.id, release.id, row.revision],
    queryFn: ({ signal }) => getJson<Changes>(path, signal),
  });
  if (error instanceof RequestError) return <ErrorAlert error={error.error} />;
  if (!data) return <Spinner label={tCommon("loading")} />;
  if (data.added.length + data.removed.length === 0) {
    return <p className="text-xs text-muted">{t("nothing")}</p>;
  }
  return (
    <div className="grid gap-3 sm:grid-cols-2">
      <Names title={t("added")} names={data.added} count={row.addedCount} />
      <Names title={t("removed")} names={data.removed} count={row.removedCount} />
    </div>
  );
}

function Names({ title, names, count }: { title: string; names: readonly string[]; count: number }) {
  const t = useTranslations("selections.revisions");
  if (names.length === 0) return null;
  return (
    <div className="min-w-0">
      <h3 className="text-xs font-semibold">{title}</h3>
      <ul>
        {names.map((name) => (
          <li key={name}>
            <Code>{name}</Code>
          </li>
        ))}
      </ul>
      {count > names.length && (
        <p className="text-xs text-muted">{t("more", { count: count - names.length })}</p>
      )}
    </div>
  );
}
