"use client";

import { FileUp, Settings2 } from "lucide-react";
import { useTranslations } from "next-intl";
import { useRouter } from "next/navigation";
import { useState } from "react";
import { QueryProvider } from "#components/query/query-provider.tsx";
import { Button, ButtonLink } from "#components/ui/button.tsx";
import { Card } from "#components/ui/card.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { Field } from "#components/ui/field.tsx";
import { Select } from "#components/ui/select.tsx";
import type { CseVersion } from "#lib/schemas/cse-versions.ts";
import { ReviewDialog } from "./review-dialog.tsx";
import { useSavedNote } from "./use-saved-note.tsx";

interface NoConfigProps {
  releases: readonly CseVersion[];
  mayWrite: boolean;
}

/** Before there is a configuration: it is imported, or begins with the template. */
export function NoConfig({ releases, mayWrite }: NoConfigProps) {
  const t = useTranslations("serverConfig.none");
  return (
    <QueryProvider>
      <Card>
        <EmptyState
          icon={Settings2}
          title={t("title")}
          action={
            mayWrite && (
              <ButtonLink href="/settings/server/import" variant="primary" icon={<FileUp aria-hidden />}>
                {t("import")}
              </ButtonLink>
            )
          }
        >
          {t(mayWrite ? "text" : "textReadOnly")}
        </EmptyState>
        {mayWrite && releases.length > 0 && <BeginWithTemplate releases={releases} />}
      </Card>
    </QueryProvider>
  );
}

function BeginWithTemplate({ releases }: Pick<NoConfigProps, "releases">) {
  const t = useTranslations("serverConfig.none");
  const tReview = useTranslations("serverConfig.review");
  const router = useRouter();
  const tellSaved = useSavedNote();
  const [version, setVersion] = useState(releases[0]?.version ?? "");
  const [isReviewed, setReviewed] = useState(false);
  return (
    <div className="mx-auto flex max-w-md flex-wrap items-end justify-center gap-3 border-t border-line pt-4">
      <Field label={t("release")} required className="w-56">
        {(control) => (
          <Select
            {...control}
            value={version}
            options={releases.map((release) => ({ value: release.version, label: release.version }))}
            onChange={(event) => setVersion(event.target.value)}
          />
        )}
      </Field>
      <Button onClick={() => setReviewed(true)}>{t("begin")}</Button>
      <ReviewDialog
        input={isReviewed ? { seen: null, draft: { kind: "new", version } } : null}
        title={t("begin")}
        saveLabel={tReview("save")}
        onClose={() => setReviewed(false)}
        onResolve={() => {
          setReviewed(false);
          router.refresh();
        }}
        onSaved={(saved) => {
          tellSaved(saved);
          setReviewed(false);
          router.replace(`/settings/server?saved=${saved.number}`);
          router.refresh();
        }}
      />
    </div>
  );
}
