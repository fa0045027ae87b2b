import { useTranslations } from "next-intl";
import { Fingerprint } from "#components/bundles/fingerprint.tsx";
import { Code } from "#components/ui/code.tsx";
import { DescriptionList } from "#components/ui/description-list.tsx";
import { useFormats } from "#lib/i18n/use-formats.ts";
import type { CertificateView } from "#lib/schemas/certificate-views.ts";
import { formatHash } from "./certificate-texts.ts";
import { ExpiryBadge } from "./expiry-badge.tsx";
import { useKeyText } from "./use-certificate-texts.ts";

const maxNames = 12;

/** What a certificate says, in plain words. */
export function CertificateFacts({ certificate }: { certificate: CertificateView }) {
  const t = useTranslations("certificateViews");
  const keyText = useKeyText();
  const formats = useFormats();
  const { subject, issuer, names, selfSigned, role, key, signature } = certificate;
  const servers = [...(names?.dns ?? []), ...(names?.ip ?? [])];
  return (
    <DescriptionList
      items={[
        { label: t("subject"), value: <Code>{subject.text || t("noNames")}</Code> },
        {
          label: t("issuer"),
          value: selfSigned ? t("selfSigned") : <Code>{issuer.text || t("noNames")}</Code>,
        },
        { label: t("role"), value: t(`roles.${role}`) },
        // Of an authority nobody asks for them.
        ...(role === "leaf" || servers.length > 0
          ? [{ label: t("names"), value: <ServerNames names={servers} /> }]
          : []),
        {
          label: t("validity"),
          value: (
            <span className="flex flex-wrap items-center gap-x-3 gap-y-1">
              <span>
                {t("validFromTo", {
                  from: formats.dateTime(certificate.notBefore),
                  until: formats.dateTime(certificate.notAfter),
                })}
              </span>
              <ExpiryBadge daysLeft={certificate.daysLeft} isYetToBegin={certificate.isYetToBegin} />
            </span>
          ),
        },
        { label: t("key"), value: keyText(key) },
        {
          label: t("signature"),
          value: [
            signature.scheme.toUpperCase(),
            ...(signature.hash ? [formatHash(signature.hash)] : []),
          ].join(", "),
        },
        { label: t("serial"), value: <Code>{certificate.serial}</Code> },
        {
          label: t("fingerprint"),
          value: <Fingerprint value={certificate.fingerprint} />,
        },
      ]}
    />
  );
}

function ServerNames({ names }: { names: readonly string[] }) {
  const t = useTranslations("certificateViews");
  if (names.length === 0) return t("noNames");
  const rest = names.length - maxNames;
  return (
    <ul>
      {names.slice(0, maxNames).map((name) => (
        <li key={name}>
          <Code>{name}</Code>
        </li>
      ))}
      {rest > 0 && <li className="text-muted">{t("moreNames", { count: rest })}</li>}
    </ul>
  );
}
