"use client";

import { Scale } from "lucide-react";
import { useTranslations } from "next-intl";
import { useRouter } from "next/navigation";
import { useState } from "react";
import { useAction } from "#components/forms/use-action.ts";
import { Button } from "#components/ui/button.tsx";
import { Checkbox } from "#components/ui/checkbox.tsx";
import { ConfirmDialog } from "#components/ui/confirm-dialog.tsx";
import { ErrorAlert } from "#components/ui/error-alert.tsx";
import { repeatJobAction } from "#lib/actions/jobs.ts";

/** Starts a job that compares what stands at the destination with the source. */
export function CompareJob({ id, number }: { id: string; number: number }) {
  const t = useTranslations("jobs.verify");
  const router = useRouter();
  const [readBlobs, setReadBlobs] = useState(false);
  const { run, error, reset } = useAction(repeatJobAction);
  const start = async () => {
    const result = await run({ jobId: id, kind: "verify", readBlobs }, (job) =>
      router.push(`/jobs/${job.id}`),
    );
    return result.ok;
  };
  return (
    <ConfirmDialog
      trigger={<Button icon={<Scale aria-hidden />}>{t("compare")}</Button>}
      onOpenChange={reset}
      title={t("compareTitle", { number })}
      confirmLabel={t("start")}
      destructive={false}
      onConfirm={start}
    >
      <div className="space-y-3">
        <p>{t("compareHelp")}</p>
        <Checkbox
          label={t("readBlobs")}
          help={t("readBlobsHelp")}
          checked={readBlobs}
          onChange={(event) => setReadBlobs(event.target.checked)}
        />
        {error && <ErrorAlert error={error} />}
      </div>
    </ConfirmDialog>
  );
}
