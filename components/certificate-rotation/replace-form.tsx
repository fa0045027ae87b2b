"use client";

import { useTranslations } from "next-intl";
import { useRouter } from "next/navigation";
import { useAction } from "#components/forms/use-action.ts";
import { useFields } from "#components/forms/use-fields.ts";
import { Button, ButtonLink } from "#components/ui/button.tsx";
import { Card } from "#components/ui/card.tsx";
import { Radio } from "#components/ui/checkbox.tsx";
import { ErrorAlert } from "#components/ui/error-alert.tsx";
import { Field, FieldSet } from "#components/ui/field.tsx";
import { Form } from "#components/ui/form.tsx";
import { Input } from "#components/ui/input.tsx";
import { Select } from "#components/ui/select.tsx";
import { useToast } from "#components/ui/toast.tsx";
import { replaceCertificateAction } from "#lib/actions/rotation.ts";
import { useFormats } from "#lib/i18n/use-formats.ts";
import type { CertificateRow } from "#lib/schemas/certificates.ts";
import type { ReplacementChoice } from "#lib/schemas/rotation.ts";
import { Afterwards } from "./afterwards.tsx";
import {
  findChosen,
  type NewCertificate,
  NewCertificateFields,
  noCertificate,
} from "./new-certificate-fields.tsx";
import { endOfDay, suggestDays } from "./overlap-end.ts";

interface ReplaceFormProps {
  certificate: Pick<CertificateRow, "id" | "name" | "lists" | "notAfter">;
  choices: readonly ReplacementChoice[];
  /** As the server has it, so that it proposes the same day as the browser. */
  now: string;
}

interface ReplaceFields {
  source: "new" | "known";
  replacement: NewCertificate;
  knownId: string;
  overlap: "day" | "none";
  /** A day, as the date control has it. */
  until: string;
}

/** Puts another certificate in the place of one, at once or with an overlap. */
export function ReplaceForm({ certificate, choices, now }: ReplaceFormProps) {
  const t = useTranslations("certificateRotation.form");
  const tCommon = useTranslations("common");
  const formats = useFormats();
  const router = useRouter();
  const toast = useToast();
  const { id, name, lists, notAfter } = certificate;
  const days = suggestDays(notAfter, new Date(now));
  const { run, pending, error } = useAction(replaceCertificateAction);
  const { form, fields, set, fieldError } = useFields<ReplaceFields>(
    {
      ...{ source: "new", replacement: noCertificate, knownId: "" },
      ...{ overlap: days === null ? "none" : "day", until: days?.usual ?? "" },
    },
    error,
  );
  const chosen = findChosen(fields.replacement);
  const submit = () => {
    const known = fields.source === "known" ? fields.knownId : chosen?.known?.id;
    void run(
      {
        certificateId: id,
        replacement:
          known === undefined
            ? { kind: "new", pem: chosen?.pem ?? "", name: fields.replacement.name }
            : { kind: "known", certificateId: known },
        until: fields.overlap === "none" ? null : (endOfDay(fields.until, notAfter) ?? ""),
      },
      ({ replacement }) => {
        toast({ status: "success", title: t("done", { name, replacement: replacement.name }) });
        router.push(`/settings/certificates/${id}`);
      },
    );
  };
  return (
    <Form ref={form} className="space-y-4" onSubmit={submit}>
      <Card>
        <FieldSet legend={t("source")}>
          {(["new", "known"] as const).map((source) => (
            <Radio
              key={source}
              name="source"
              label={t(`sources.${source}`)}
              checked={fields.source === source}
              onChange={() => set({ source })}
            />
          ))}
        </FieldSet>
        <div className="mt-4">
          {fields.source === "new" ? (
            <NewCertificateFields
              value={fields.replacement}
              onChange={(change) => set({ replacement: { ...fields.replacement, ...change } })}
              oldNotAfter={notAfter}
              fieldError={fieldError}
            />
          ) : (
            <Field
              label={t("known")}
              {...(choices.length === 0 && { help: t("noKnown") })}
              error={fieldError("replacement.certificateId") ?? fieldError("replacement")}
              required
            >
              {(control) => (
                <Select
                  {...control}
                  value={fields.knownId}
                  placeholder={t("chooseKnown")}
                  options={choices.map((each) => ({
                    value: each.id,
                    label: t("knownOption", { name: each.name, until: formats.date(each.notAfter) }),
                  }))}
                  onChange={(event) => set({ knownId: event.target.value })}
                />
              )}
            </Field>
          )}
        </div>
      </Card>
      <Card>
        <FieldSet legend={t("until")}>
          <Radio
            name="overlap"
            label={t("untilDay")}
            help={t("untilDayHelp")}
            disabled={days === null}
            checked={fields.overlap === "day"}
            onChange={() => set({ overlap: "day" })}
          />
          {fields.overlap === "day" && (
            <Field
              label={t("day")}
              help={t("dayHelp", { end: formats.date(notAfter) })}
              error={fieldError("until")}
              className="pl-6"
              required
            >
              {(control) => (
                <Input
                  {...control}
                  type="date"
                  className="max-w-48"
                  value={fields.until}
                  min={days?.first}
                  max={days?.last}
                  onChange={(event) => set({ until: event.target.value })}
                />
              )}
            </Field>
          )}
          <Radio
            name="overlap"
            label={t("atOnce")}
            help={t("atOnceHelp")}
            checked={fields.overlap === "none"}
            onChange={() => set({ overlap: "none" })}
          />
        </FieldSet>
      </Card>
      <Afterwards lists={lists} isOverlap={fields.overlap === "day"} />
      {error && error.code !== "invalid-input" && <ErrorAlert error={error} />}
      <div className="flex flex-wrap gap-2">
        <Button
          type="submit"
          variant="primary"
          loading={pending}
          disabled={fields.source === "new" && chosen === null}
        >
          {t("submit")}
        </Button>
        <ButtonLink href={`/settings/certificates/${id}`}>{tCommon("cancel")}</ButtonLink>
        {fields.source === "new" && chosen === null && (
          <p className="self-center text-compact text-muted">{t("needsOne")}</p>
        )}
      </div>
    </Form>
  );
}
