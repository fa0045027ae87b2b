"use client";

import { useTranslations } from "next-intl";
import { FileSearch } from "lucide-react";
import { useMemo, useState } from "react";
import { Alert } from "#components/ui/alert.tsx";
import { Button } from "#components/ui/button.tsx";
import { Card } from "#components/ui/card.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { FileDrop } from "#components/ui/file-drop.tsx";
import {
  type ComparedChecksum,
  compareChecksums,
  concludeComparison,
} from "#lib/engine/checksums/compare-checksums.ts";
import { parseChecksums } from "#lib/engine/checksums/parse-checksums.ts";
import { CheckedFileCard } from "./checked-file-card.tsx";
import { PublishedInput } from "./published-input.tsx";
import { type CheckedFile, maxFiles, useCheckedFiles } from "./use-checked-files.ts";
import { WherePublished } from "./where-published.tsx";

/** Files on this machine against what was published for them; nothing leaves the browser. */
export function FileCheck() {
  const t = useTranslations("fileCheck");
  const { files, leftOut, lastEnded, add, remove, cancel, again, clear } = useCheckedFiles();
  const [text, setText] = useState("");
  const published = useMemo(() => parseChecksums(text), [text]);
  const compare = (checked: CheckedFile): ComparedChecksum[] =>
    checked.state === "done"
      ? compareChecksums(checked.checksums, published.checksums, checked.file.name)
      : [];
  const told = files.find(({ id }) => id === lastEnded);
  const tell = (checked: CheckedFile): string => {
    if (checked.state === "done") return t(`results.${concludeComparison(compare(checked))}`);
    if (checked.state === "failed") return t(`failures.${checked.reason}`);
    return checked.state === "cancelled" ? t("cancelled") : "";
  };
  return (
    <div className="space-y-5">
      <div className="grid items-start gap-5 lg:grid-cols-2">
        <Card title={t("files")}>
          <FileDrop
            onFiles={add}
            chooseLabel={t("choose")}
            dropText={t("drop")}
            dropNowText={t("dropNow")}
            note={t("local")}
          />
        </Card>
        <Card title={t("compareWith")}>
          <PublishedInput text={text} published={published} onChange={setText} />
        </Card>
      </div>
      <WherePublished />
      <section aria-labelledby="checked-files" className="space-y-3">
        <div className="flex flex-wrap items-center justify-between gap-2">
          <h2 id="checked-files" className="text-base font-semibold">
            {t("checked")}
          </h2>
          {files.length > 1 && (
            <Button size="sm" onClick={clear}>
              {t("removeAll")}
            </Button>
          )}
        </div>
        {/* Figures change too often to be read out; what came of a file does not. */}
        <p role="status" className="sr-only">
          {told && t("told", { name: told.file.name, result: tell(told) })}
        </p>
        {leftOut > 0 && (
          <Alert status="warning" title={t("leftOut", { limit: maxFiles, count: leftOut })} live="polite" />
        )}
        {files.length === 0 && (
          <Card>
            <EmptyState icon={FileSearch} title={t("empty")}>
              {t("emptyHelp")}
            </EmptyState>
          </Card>
        )}
        {files.map((checked) => (
          <CheckedFileCard
            key={checked.id}
            checked={checked}
            compared={compare(checked)}
            onCancel={() => cancel(checked.id)}
            onAgain={() => again(checked.id)}
            onRemove={() => remove(checked.id)}
          />
        ))}
      </section>
    </div>
  );
}
