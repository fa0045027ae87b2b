"use client";

import { useTranslations } from "next-intl";
import { useRef, useState } from "react";
import { CertificateCard } from "#components/certificates/certificate-card.tsx";
import { ReadingProblems } from "#components/certificates/certificate-problems.tsx";
import { type Answer, readGiven } from "#components/certificates/read-given.ts";
import { Alert } from "#components/ui/alert.tsx";
import { Button } from "#components/ui/button.tsx";
import { Radio } from "#components/ui/checkbox.tsx";
import { ErrorAlert } from "#components/ui/error-alert.tsx";
import { Field } from "#components/ui/field.tsx";
import { FileInput } from "#components/ui/file-input.tsx";
import { Textarea } from "#components/ui/input.tsx";
import { TextField } from "#components/ui/text-field.tsx";
import type { CertificatePreview, ReadCertificate } from "#lib/schemas/certificates.ts";

export interface NewCertificate {
  text: string;
  fileName: string;
  result: Answer<CertificatePreview> | null;
  /** The fingerprint of the one that is meant. */
  chosen: string;
  name: string;
}

export const noCertificate: NewCertificate = { text: "", fileName: "", result: null, chosen: "", name: "" };

export const findChosen = ({ result, chosen }: NewCertificate): ReadCertificate | null =>
  result?.value?.certificates.find(({ fingerprint }) => fingerprint === chosen) ?? null;

interface NewCertificateFieldsProps {
  value: NewCertificate;
  onChange: (change: Partial<NewCertificate>) => void;
  /** The end of the certificate that is to be replaced. */
  oldNotAfter: string;
  fieldError: (field: string) => string | undefined;
}

/** A certificate that is pasted or chosen as a file, in plain words before anything is done with it. */
export function NewCertificateFields({
  value,
  onChange,
  oldNotAfter,
  fieldError,
}: NewCertificateFieldsProps) {
  const t = useTranslations("certificateRotation.form");
  const [reading, setReading] = useState(false);
  const asked = useRef<AbortController | null>(null);
  const read = async (content: Blob, from: Pick<NewCertificate, "text" | "fileName">) => {
    asked.current?.abort();
    const { signal } = (asked.current = new AbortController());
    setReading(true);
    onChange({ ...from, result: null });
    const result = await readGiven(content, signal).catch((error: unknown) => {
      if (signal.aborted) return null;
      throw error;
    });
    // Another was given meanwhile, which this one says nothing of.
    if (result === null) return;
    setReading(false);
    const { certificates = [], problems = [] } = result.value ?? {};
    const best = certificates.find(({ view }) => view.role === "ca") ?? certificates[0];
    onChange({
      ...{ ...from, result, chosen: best?.fingerprint ?? "", name: best?.suggestedName ?? "" },
      // A private key does not stay on the screen either.
      ...(problems.some(({ code }) => code === "private-key") && { text: "" }),
    });
  };
  const type = (text: string) => {
    asked.current?.abort();
    setReading(false);
    onChange({ text, fileName: "", result: null });
  };
  return (
    <div className="space-y-4">
      <Field label={t("text")} help={t("textHelp")} error={fieldError("replacement")} required>
        {(control) => (
          <Textarea
            {...control}
            code
            rows={8}
            value={value.text}
            onChange={(event) => type(event.target.value)}
          />
        )}
      </Field>
      <div className="flex flex-wrap items-end gap-3">
        <Button
          loading={reading}
          disabled={value.text.trim() === ""}
          onClick={() => void read(new Blob([value.text]), { text: value.text, fileName: "" })}
        >
          {t("read")}
        </Button>
        <Field label={t("file")} className="min-w-64 flex-1" required>
          {(control) => (
            <FileInput
              {...control}
              buttonLabel={t("chooseFile")}
              onChange={({ target }) => {
                const [file] = target.files ?? [];
                if (file) void read(file, { text: "", fileName: file.name });
                // Choosing the same file again is a change, too.
                target.value = "";
              }}
            >
              {value.fileName || t("noFile")}
            </FileInput>
          )}
        </Field>
      </div>
      <div aria-live="polite">
        {value.result?.error && <ErrorAlert error={value.result.error} />}
        {value.result?.value && (
          <div className="space-y-3">
            <h3 className="text-sm font-semibold">{t("found")}</h3>
            {value.result.value.problems.length > 0 && (
              <ReadingProblems problems={value.result.value.problems} />
            )}
            <Found
              certificates={value.result.value.certificates}
              {...{ value, onChange, oldNotAfter, fieldError }}
            />
          </div>
        )}
      </div>
    </div>
  );
}

interface FoundProps extends NewCertificateFieldsProps {
  certificates: readonly ReadCertificate[];
}

function Found({ certificates, value, onChange, oldNotAfter, fieldError }: FoundProps) {
  const t = useTranslations("certificateRotation.form");
  const tCertificates = useTranslations("certificates");
  const chosen = findChosen(value);
  if (certificates.length === 0) return null;
  return (
    <>
      {certificates.map(({ fingerprint, view, suggestedName }) => (
        <CertificateCard
          key={fingerprint}
          certificate={view}
          {...(certificates.length > 1 && {
            aside: (
              <Radio
                name="chosen"
                label={t("choose", { name: suggestedName })}
                checked={fingerprint === value.chosen}
                onChange={() => onChange({ chosen: fingerprint, name: suggestedName })}
              />
            ),
          })}
        />
      ))}
      {chosen && chosen.view.notAfter <= oldNotAfter && <Alert status="warning" title={t("endsEarlier")} />}
      {chosen?.known ? (
        <p className="text-compact">{t("knownAs", { name: chosen.known.name })}</p>
      ) : (
        <TextField
          label={t("name")}
          help={tCertificates("nameHelp")}
          error={fieldError("name") ?? fieldError("replacement.name")}
          required
          verbatim
          value={value.name}
          onChange={(event) => onChange({ name: event.target.value })}
        />
      )}
    </>
  );
}
