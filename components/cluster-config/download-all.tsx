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
  const [error, setError] = useState<ErrorView | null>(null);
  const download = async () => {
    setBusy(true);
    setError(null);
    try {
      const { name, content } = await postForFile(`/api/cluster-config/${topic}/archive`, form);
      saveFile(name, content);
    } catch (failure) {
      if (!(failure instanceof RequestError)) throw failure;
      setError(failure.error);
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
      {error && <ErrorAlert error={error} />}
    </div>
  );
}
