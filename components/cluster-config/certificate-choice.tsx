"use client";

import { useTranslations } from "next-intl";
import { Badge } from "#components/ui/badge.tsx";
import { ButtonLink } from "#components/ui/button.tsx";
import { Checkbox } from "#components/ui/checkbox.tsx";
import { FieldSet } from "#components/ui/field.tsx";
import { useFormats } from "#lib/i18n/use-formats.ts";
import type { ConfigPlace } from "#lib/schemas/cluster-config.ts";
import type { ConfigFieldProps } from "./config-field-props.ts";
import { FieldProblem } from "./field-problem.tsx";
import { useFieldWords } from "./use-field-words.ts";

interface CertificateChoiceProps extends ConfigFieldProps {
  field: "certificates" | "proxyCertificates";
}

/** Which of the certificates that are known here the clusters are given. */
export function CertificateChoice({ field, mayAddCertificates, ...props }: CertificateChoiceProps) {
  const { topic, draft, form, set, fieldError } = props;
  const t = useTranslations("clusterConfig.fields");
  const formats = useFormats();
  const { label, help } = useFieldWords(field, topic);
  const none = useFieldWords("noCertificates", topic);
  const { certificates } = draft;
  const chosen = form[field];
  if (certificates.length === 0) {
    return (
      <FieldSet legend={label}>
        <p className="text-compact text-muted">
          {none.label} {none.help} {!mayAddCertificates && t("certificatesAdded")}
        </p>
        {mayAddCertificates && (
          <ButtonLink href={addressToAdd(draft.place)} size="sm">
            {t("addCertificates")}
          </ButtonLink>
        )}
      </FieldSet>
    );
  }
  return (
    <FieldSet legend={label} help={help}>
      <ul className="max-h-80 space-y-2 overflow-y-auto">
        {certificates.map(({ fingerprint, name, subject, notAfter, ...certificate }) => (
          <li key={fingerprint}>
            <Checkbox
              label={
                <>
                  <span className="font-mono text-xs wrap-anywhere">{name}</span>{" "}
                  {certificate.isListed && <Badge>{t("listed")}</Badge>}{" "}
                  {certificate.isOfRegistry && <Badge>{t("ofRegistry")}</Badge>}{" "}
                  {!certificate.isAuthority && <Badge status="warning">{t("notAuthority")}</Badge>}
                </>
              }
              help={
                <span className="wrap-anywhere">
                  {subject} · {t("until", { date: formats.date(notAfter) })}
                </span>
              }
              checked={chosen.includes(fingerprint)}
              onChange={(event) => {
                const others = chosen.filter((one) => one !== fingerprint);
                set({ [field]: event.target.checked ? [...others, fingerprint] : others });
              }}
            />
          </li>
        ))}
      </ul>
      <FieldProblem>{fieldError(field)}</FieldProblem>
    </FieldSet>
  );
}

/** Where they are taken from what the registry shows, if it shows any. */
function addressToAdd({ host, isPlainHttp }: ConfigPlace): string {
  const address = "/settings/certificates/new";
  return isPlainHttp ? address : `${address}?${new URLSearchParams({ server: host }).toString()}`;
}
