"use client";

import { useQuery } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { useSettled } from "#components/forms/use-settled.ts";
import { postJson, RequestError } from "#components/query/get-json.ts";
import { Card } from "#components/ui/card.tsx";
import { Form } from "#components/ui/form.tsx";
import { useFieldErrors } from "#lib/i18n/use-field-errors.ts";
import {
  configFields,
  type ConfigDraft,
  type ConfigForm,
  type ConfigTopic,
  type MadeConfig,
} from "#lib/schemas/cluster-config.ts";
import { ConfigField } from "./config-field.tsx";
import { ConfigResult } from "./config-result.tsx";

interface ConfigDeskProps {
  topic: ConfigTopic;
  draft: ConfigDraft;
  mayHaveSecrets: boolean;
  mayPlan: boolean;
  mayAddCertificates: boolean;
}

/** What is to be said on one side, what comes of it on the other, as it is being said. */
export function ConfigDesk({ topic, draft, mayHaveSecrets, mayPlan, mayAddCertificates }: ConfigDeskProps) {
  const t = useTranslations("clusterConfig");
  const [form, setForm] = useState<ConfigForm>(draft.form);
  const settled = useSettled(form);
  const made = useQuery({
    queryKey: ["cluster-config", topic, settled],
    queryFn: ({ signal }) => postJson<MadeConfig>(`/api/cluster-config/${topic}`, settled, signal),
    // A password is not kept longer than it is looked at, and what is refused is not asked again.
    ...{ gcTime: 0, retry: false, refetchOnWindowFocus: false },
    // What was made before stays in sight, unless the form was wrong in between.
    placeholderData: (before, query) => (query?.state.status === "error" ? undefined : before),
  });
  const error = made.error instanceof RequestError ? made.error.error : null;
  const fieldError = useFieldErrors(error);
  const isMissing = (field: string) =>
    error?.code === "invalid-input" &&
    (error.facts.fields as Partial<Record<string, { code: string }>>)[field]?.code === "required";
  const fields = configFields[topic].filter((field) => mayHaveSecrets || !secretFields.has(field));
  return (
    <div className="grid items-start gap-5 xl:grid-cols-[minmax(20rem,2fr)_3fr]">
      <Card title={t("form")}>
        <Form className="space-y-5">
          {fields.length === 0 && <p className="text-compact text-muted">{t("formEmpty")}</p>}
          {fields.map((field) => (
            <ConfigField
              key={field}
              field={field}
              topic={topic}
              draft={draft}
              mayAddCertificates={mayAddCertificates}
              form={form}
              set={(change) => setForm((now) => ({ ...now, ...change }))}
              // What nobody has come to yet is not called wrong.
              fieldError={(name) => (isMissing(name) ? undefined : fieldError(name))}
            />
          ))}
        </Form>
      </Card>
      <ConfigResult
        topic={topic}
        form={form}
        made={error === null ? (made.data ?? null) : null}
        isOutdated={settled !== form || made.isPlaceholderData}
        error={error}
        onRetry={() => void made.refetch()}
        place={draft.place}
        mayPlan={mayPlan}
      />
    </div>
  );
}

const secretFields: ReadonlySet<string> = new Set(["credentials", "pullSecret"]);
