"use client";

import { useQuery } from "@tanstack/react-query";
import { Download } from "lucide-react";
import { useTranslations } from "next-intl";
import { getJson, RequestError } from "#components/query/get-json.ts";
import { Button } from "#components/ui/button.tsx";
import { CopyButton } from "#components/ui/copy-button.tsx";
import { ErrorAlert } from "#components/ui/error-alert.tsx";
import { Spinner } from "#components/ui/spinner.tsx";
import type { SelectionDetail, SelectionText as Text } from "#lib/schemas/selections.ts";

interface SelectionTextProps {
  selection: Pick<SelectionDetail, "organization" | "release" | "revision" | "offered">;
  on: ReadonlySet<string>;
  isChanged: boolean;
}

/** The selection as the text that the vendor's tools read, as it is turned on and off now. */
export function SelectionText({ selection, on, isChanged }: SelectionTextProps) {
  const t = useTranslations("selections.text");
  const tCommon = useTranslations("common");
  const { organization, release, revision, offered } = selection;
  const path = `/api/organizations/${organization.name}/selections/${release.id}`;
  const { data, error } = useQuery({
    queryKey: ["selection-text", organization.id, release.id, revision, offered],
    queryFn: ({ signal }) => getJson<Text>(`${path}/lines`, signal),
  });
  if (error instanceof RequestError) return <ErrorAlert error={error.error} className="m-4" />;
  if (!data) {
    return (
      <div className="p-4">
        <Spinner label={tCommon("loading")} />
      </div>
    );
  }
  const text = data.lines
    .map((line) => (line.componentId === null || on.has(line.componentId) ? line.on : line.off))
    .join("\n");
  return (
    <div className="space-y-2 p-4">
      <div className="flex flex-wrap items-center gap-2">
        <p className="min-w-0 flex-1 text-xs text-muted">{t(isChanged ? "unsaved" : "help")}</p>
        <CopyButton value={text} label={t("copy")} labelled />
        <Button asChild size="sm">
          <a href={`${path}/document`} download>
            <Download aria-hidden />
            {t("download")}
          </a>
        </Button>
      </div>
      <pre
        role="region"
        aria-label={data.file}
        tabIndex={0}
        className="max-h-[70dvh] overflow-auto rounded border border-line bg-sunken p-3 font-mono text-xs"
      >
        {text}
      </pre>
    </div>
  );
}
