import { useTranslations } from "next-intl";
import { useDeferredValue, useMemo, useState } from "react";
import { Alert } from "#components/ui/alert.tsx";
import { Card } from "#components/ui/card.tsx";
import { Field } from "#components/ui/field.tsx";
import { Textarea } from "#components/ui/input.tsx";
import { explainMessages } from "#lib/schemas/doctor.ts";
import { KnownMessageItem } from "./known-message-item.tsx";

/** Tells the causes that known messages have. What is pasted stays in the browser: logs hold what is nobody's business. */
export function PasteError({ onExamine }: { onExamine: ((address: string) => void) | null }) {
  const t = useTranslations("doctor");
  const [pasted, setPasted] = useState("");
  const text = useDeferredValue(pasted);
  const { messages, truncated } = useMemo(() => explainMessages(text), [text]);
  const isAsked = text.trim() !== "";
  return (
    <Card title={t("paste")}>
      <div className="space-y-4">
        <Field label={t("pastedText")} help={t("pasteHelp")} required className="max-w-4xl">
          {(control) => (
            <Textarea
              {...control}
              code
              rows={5}
              value={pasted}
              placeholder="x509: certificate signed by unknown authority"
              onChange={(event) => setPasted(event.target.value)}
            />
          )}
        </Field>
        <div aria-live="polite" className="space-y-3">
          {isAsked && messages.length > 0 && (
            <p className="text-compact font-semibold">{t("foundCauses", { count: messages.length })}</p>
          )}
          {isAsked && messages.length === 0 && (
            <Alert status="info" title={t("foundCauses", { count: 0 })} live="off">
              {t("nothingKnown")}
            </Alert>
          )}
          {truncated && (
            <Alert status="warning" compact live="off">
              {t("truncated")}
            </Alert>
          )}
          {messages.length > 0 && (
            <ul className="space-y-3">
              {messages.map((message) => (
                <KnownMessageItem
                  key={`${message.line} ${message.cause} ${message.facts.host ?? ""}`}
                  message={message}
                  onExamine={onExamine}
                />
              ))}
            </ul>
          )}
        </div>
      </div>
    </Card>
  );
}
