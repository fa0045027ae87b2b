"use client";

import { Download, Eye, EyeOff, KeyRound } from "lucide-react";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { Badge } from "#components/ui/badge.tsx";
import { Button } from "#components/ui/button.tsx";
import { Code } from "#components/ui/code.tsx";
import { CopyButton } from "#components/ui/copy-button.tsx";
import { useHeld } from "#components/ui/held.tsx";
import type { MadeConfig } from "#lib/schemas/cluster-config.ts";
import { saveFile } from "./save-file.ts";

/** One file that was made: to be read, copied or taken along. One with a password is not shown to whoever looks on. */
export function ConfigFileCard({ file }: { file: MadeConfig["files"][number] }) {
  const t = useTranslations("clusterConfig.result");
  const { path, content, isSecret } = file;
  const [open, setOpen] = useState(false);
  const shown = open || !isSecret;
  const save = useHeld(() => saveFile(path.split("/").at(-1) ?? path, content));
  return (
    <section aria-label={path} className="rounded border border-line">
      <header className="flex flex-wrap items-center gap-x-3 gap-y-1 border-b border-line px-3 py-1.5">
        <h3 className="min-w-0 flex-1 basis-60">
          <Code>{path}</Code>
        </h3>
        {isSecret && (
          <Badge status="warning">
            <KeyRound aria-hidden className="size-3" /> {t("secret")}
          </Badge>
        )}
        {isSecret && (
          <Button
            variant="flat"
            size="sm"
            icon={open ? <EyeOff aria-hidden /> : <Eye aria-hidden />}
            aria-label={t(open ? "hideFile" : "showFile", { path })}
            onClick={() => setOpen(!open)}
          >
            {t(open ? "hide" : "show")}
          </Button>
        )}
        <CopyButton value={content} label={t("copyFile", { path })} labelled />
        <Button
          variant="flat"
          size="sm"
          icon={<Download aria-hidden />}
          aria-label={t("downloadFile", { path })}
          {...save}
        >
          {t("download")}
        </Button>
      </header>
      {shown && (
        <pre
          tabIndex={0}
          className="max-h-96 overflow-auto bg-sunken p-3 font-mono text-xs -outline-offset-2"
          aria-label={path}
        >
          {content}
        </pre>
      )}
    </section>
  );
}
