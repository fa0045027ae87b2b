"use client";

import { useTranslations } from "next-intl";
import { Alert } from "#components/ui/alert.tsx";
import type { ErrorView } from "#lib/errors.ts";
import { useFieldErrors } from "#lib/i18n/use-field-errors.ts";
import type { ConfigTopic } from "#lib/schemas/cluster-config.ts";
import { useFieldWords } from "./use-field-words.ts";

/** What is still to be said, or to be mended, before anything can be made. */
export function NotMadeYet({ topic, error }: { topic: ConfigTopic; error: ErrorView }) {
  const t = useTranslations("clusterConfig.result");
  const fieldError = useFieldErrors(error);
  const fields = Object.entries((error.facts.fields ?? {}) as Record<string, { code: string }>);
  const missing = fields.filter(([, { code }]) => code === "required").map(([field]) => field);
  const placeError = fieldError("destinationId");
  return (
    <>
      {placeError !== undefined && <Alert status="danger">{placeError}</Alert>}
      {missing.length > 0 && (
        <Alert status="info">
          {t.rich("fillIn", {
            fields: () => missing.map((field, index) => <Name key={field} {...{ field, topic, index }} />),
          })}
        </Alert>
      )}
      {fields.length > missing.length && placeError === undefined && (
        <Alert status="warning" live="polite">
          {t("mend")}
        </Alert>
      )}
    </>
  );
}

function Name({ field, topic, index }: { field: string; topic: ConfigTopic; index: number }) {
  const t = useTranslations("clusterConfig.fields");
  const [, other] = /^additionalRegistries\.(\d+)\./.exec(field) ?? [];
  const words = useFieldWords(nameOf(field), topic);
  const label = other === undefined ? words.label : t("additionalRegistry", { number: Number(other) + 1 });
  return (
    <>
      {index > 0 && ", "}
      <strong>{label}</strong>
    </>
  );
}

/** Parts of fields have words of their own. */
function nameOf(field: string): string {
  const parts: Readonly<Record<string, string>> = {
    "credentials.username": "username",
    "credentials.password": "password",
    "proxy.http": "httpProxy",
    "proxy.https": "httpsProxy",
  };
  return parts[field] ?? field.split(".")[0] ?? field;
}
