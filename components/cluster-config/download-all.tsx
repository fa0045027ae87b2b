"use client";

import { Archive } from "lucide-react";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { RequestError } from "#components/query/get-json.ts";
import { postForFile } from "#components/query/post-for-file.ts";
import { Button } from "#components/ui/button.tsx";
import { ErrorAlert } from "#components/ui/error-alert.tsx";
import type { ErrorView } from "#lib/errors.ts";
import type { ConfigForm, ConfigTopic } from "#lib/schemas/cluster-config.ts";
import { saveFile } from "./save-file.ts";

/** All files with a README, as one archive. */
export function DownloadAll({ topic, form }: { topic: ConfigTopic; form: ConfigForm }) {
  const t = useTranslations("clusterConfig.result");
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<{ form: ConfigForm; error: ErrorView } | null>(null);
  const download = async () => {
    setBusy(true);
    setFailure(null);
    try {
      const { name, content } = await postForFile(`/api/cluster-config/${topic}/archive`, form);
      saveFile(name, content);
    } catch (cause) {
      if (!(cause instanceof RequestError)) throw cause;
      setFailure({ form, error: cause.error });
    } finally {
      setBusy(false);
    }
  };
  return (
    <div className="space-y-2">
      <Button
        size="sm"
        variant="primary"
        icon={<Archive aria-hidden />}
        loading={busy}
        title={t("archiveHelp")}
        onClick={() => void download()}
      >
        {t("downloadAll")}
      </Button>
      {/* Of another form nothing is known. */}
      {failure?.form === form && <ErrorAlert error={failure.error} />}
    </div>
  );
}
