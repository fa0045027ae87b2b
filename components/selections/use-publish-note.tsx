"use client";

import { useTranslations } from "next-intl";
import type { ReactNode } from "react";
import { Link } from "#components/ui/link.tsx";
import { useErrorText } from "#lib/i18n/use-error-text.ts";
import type { PublishOutcome } from "#lib/schemas/selections.ts";

/** What came of publishing what was saved, with a way to the job. */
export function usePublishNote(): (published: PublishOutcome) => ReactNode {
  const t = useTranslations("selections.editor");
  const errorText = useErrorText();
  return (published) => {
    if (published === null) return null;
    if ("error" in published) return `${t("publishFailed")} ${errorText(published.error).title}`;
    const { id, number } = published.job;
    return t.rich("publishing", {
      number,
      job: (chunks) => (
        <Link href={`/jobs/${id}`} className="link">
          {chunks}
        </Link>
      ),
    });
  };
}
