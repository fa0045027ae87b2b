"use client";

import { useTranslations } from "next-intl";
import { useRouter } from "next/navigation";
import { useState } from "react";
import { LeaveGuard } from "#components/forms/leave-guard.tsx";
import { useSettled } from "#components/forms/use-settled.ts";
import { QueryProvider } from "#components/query/query-provider.tsx";
import { Button, ButtonLink } from "#components/ui/button.tsx";
import { Card } from "#components/ui/card.tsx";
import { Checkbox } from "#components/ui/checkbox.tsx";
import type { ConfigInput, SavedConfig } from "#lib/schemas/server-config.ts";
import { DocumentInput } from "./document-input.tsx";
import { MendFields } from "./mend-fields.tsx";
import { ReviewBody } from "./review-body.tsx";
import { useConfigReview } from "./use-config-review.ts";
import { useSavedNote } from "./use-saved-note.tsx";

/** Takes a document in; what it would change is shown before it is saved. */
export function ImportForm({ number }: { number: number | null }) {
  return (
    <QueryProvider>
      <Import number={number} />
    </QueryProvider>
  );
}

type ImportDraft = Extract<ConfigInput["draft"], { kind: "import" }>;
type Mending = Pick<ImportDraft, "changes" | "keepsToken" | "kept">;

const untouched: Mending = { changes: {}, keepsToken: true, kept: [] };

function Import({ number }: { number: number | null }) {
  const t = useTranslations("serverConfig.import");
  const tCommon = useTranslations("common");
  const router = useRouter();
  const tellSaved = useSavedNote();
  const [text, setText] = useState("");
  const [mending, setMending] = useState<Mending>(untouched);
  const [seen, setSeen] = useState(number);
  const [isSaved, setSaved] = useState(false);
  const settled = useSettled(JSON.stringify({ text, mending }));
  const draft = JSON.parse(settled) as { text: string; mending: Mending };
  const isGiven = draft.text.trim() !== "";
  const input: ConfigInput | null = isGiven
    ? { seen, draft: { kind: "import", text: draft.text, ...draft.mending } }
    : null;
  const finish = (saved: SavedConfig) => {
    tellSaved(saved);
    setSaved(true);
    router.push(`/settings/server?saved=${saved.number}`);
    router.refresh();
  };
  const review = useConfigReview(input, finish);
  const { preview } = review;
  const isTyping = settled !== JSON.stringify({ text, mending });
  return (
    <>
      <Card title={t("document")}>
        <DocumentInput
          text={text}
          onChange={(given) => {
            setText(given);
            setMending(untouched);
          }}
        />
      </Card>
      {input && (
        <Card
          title={t("review")}
          footer={
            <>
              <Button
                variant="primary"
                loading={review.pending}
                disabled={!review.isSaveable || isTyping}
                onClick={() => void review.save()}
              >
                {t("save")}
              </Button>
              <ButtonLink href="/settings/server">{tCommon("cancel")}</ButtonLink>
            </>
          }
        >
          <div className="space-y-5">
            {preview?.lacksToken && (
              <Checkbox
                checked={mending.keepsToken}
                label={t("keepToken")}
                help={t("keepTokenHelp")}
                onChange={(event) => setMending({ ...mending, keepsToken: event.target.checked })}
              />
            )}
            {preview && !preview.overtaking && (
              <MendFields
                preview={preview}
                changes={mending.changes}
                onChange={(changes) => setMending({ ...mending, changes })}
              />
            )}
            <ReviewBody
              input={input}
              review={review}
              onResolve={({ seen: next, draft: resolved }) => {
                setSeen(next);
                if (resolved.kind === "import") setMending({ ...mending, kept: resolved.kept });
              }}
            />
          </div>
        </Card>
      )}
      {text !== "" && !isSaved && (
        <LeaveGuard title={t("leaveTitle")} leaveLabel={t("leave")} stayLabel={t("stay")}>
          <p>{t("leaveText")}</p>
        </LeaveGuard>
      )}
    </>
  );
}
