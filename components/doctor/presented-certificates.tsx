import { useTranslations } from "next-intl";
import { useFormats } from "#lib/i18n/use-formats.ts";
import { readPresented } from "#lib/schemas/doctor.ts";

/** The certificates that a server has presented, in its order; nothing for findings without any. */
export function PresentedCertificates({ facts }: { facts: Record<string, unknown> }) {
  const t = useTranslations("doctor");
  const formats = useFormats();
  const presented = readPresented(facts);
  if (presented.length === 0) return null;
  return (
    <ol className="space-y-1 text-xs text-muted">
      {presented.map(({ subject, issuer, notBefore, notAfter, fingerprint }, index) => (
        <li key={`${index} ${fingerprint}`} className="wrap-anywhere">
          <span className="text-fg">{subject === "" ? fingerprint : subject}</span>
          <br />
          {t("issuedBy", { issuer, from: formats.date(notBefore), until: formats.date(notAfter) })}
          <br />
          <span className="font-mono">SHA-256 {fingerprint}</span>
        </li>
      ))}
    </ol>
  );
}
