"use client";

import { Scale } from "lucide-react";
import { useTranslations } from "next-intl";
import { useRouter } from "next/navigation";
import { useState } from "react";
import { ActionDialog } from "#components/forms/action-dialog.tsx";
import { Button } from "#components/ui/button.tsx";
import { Checkbox } from "#components/ui/checkbox.tsx";
import { repeatJobAction } from "#lib/actions/jobs.ts";

/** Starts a job that compares what stands at the destination with the source. */
export function CompareJob({ id, number }: { id: string; number: number }) {
  const t = useTranslations("jobs.verify");
  const router = useRouter();
  const [readBlobs, setReadBlobs] = useState(false);
  return (
    <ActionDialog
      trigger={<Button icon={<Scale aria-hidden />}>{t("compare")}</Button>}
      title={t("compareTitle", { number })}
      confirmLabel={t("start")}
      destructive={false}
      action={repeatJobAction}
      input={{ jobId: id, kind: "verify" as const, readBlobs }}
      onDone={(job) => router.push(`/jobs/${job.id}`)}
    >
      <div className="space-y-3">
        <p>{t("compareHelp")}</p>
        <Checkbox
          label={t("readBlobs")}
          help={t("readBlobsHelp")}
          checked={readBlobs}
          onChange={(event) => setReadBlobs(event.target.checked)}
        />
      </div>
    </ActionDialog>
  );
}
