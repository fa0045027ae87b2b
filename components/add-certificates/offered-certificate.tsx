import { useTranslations } from "next-intl";
import { CertificateCard } from "#components/certificates/certificate-card.tsx";
import { ListBadges } from "#components/certificates/list-badges.tsx";
import { Badge } from "#components/ui/badge.tsx";
import { Checkbox } from "#components/ui/checkbox.tsx";
import { TextField } from "#components/ui/text-field.tsx";
import type { TrustList } from "#lib/db/generated/enums.ts";
import type { ReadCertificate } from "#lib/schemas/certificates.ts";
import type { Choice } from "./certificate-choices.ts";

interface OfferedCertificateProps {
  certificate: ReadCertificate;
  choice: Required<Choice>;
  onChoose: (choice: Choice) => void;
  nameError: string | undefined;
  /** Of a server's chain: which lists it would make trusted. */
  server?: { name: string; helps: readonly TrustList[]; isSuggested: boolean };
}

/** One certificate in plain words, to be taken or left, under a name. */
export function OfferedCertificate({
  certificate,
  choice,
  onChoose,
  nameError,
  server,
}: OfferedCertificateProps) {
  const t = useTranslations("certificates.new");
  const tCertificates = useTranslations("certificates");
  const { view, known, line } = certificate;
  const title = view.subject.commonName ?? view.subject.text;
  return (
    <CertificateCard
      certificate={view}
      aside={
        <span className="flex items-center gap-2 text-xs text-muted">
          {server?.isSuggested && <Badge status="success">{t("suggested")}</Badge>}
          {line !== null && t("line", { line })}
        </span>
      }
      footer={
        <div className="w-full space-y-3">
          {server && (
            <p className="text-compact">
              {server.helps.length > 0
                ? t("helps", {
                    server: server.name,
                    lists: server.helps.map((list) => tCertificates(`listNames.${list}`)).join(", "),
                  })
                : t("helpsNot", { server: server.name })}
            </p>
          )}
          <Checkbox
            label={t("take", { name: title })}
            checked={choice.taken}
            onChange={(event) => onChoose({ taken: event.target.checked })}
          />
          {known ? (
            <div className="space-y-1 text-compact text-muted">
              <p>{t("knownAs", { name: known.name })}</p>
              <ListBadges lists={known.lists} />
            </div>
          ) : (
            choice.taken && (
              <TextField
                label={t("name")}
                help={tCertificates("nameHelp")}
                error={nameError}
                required
                verbatim
                value={choice.name}
                maxLength={247}
                className="font-mono"
                onChange={(event) => onChoose({ name: event.target.value })}
              />
            )
          )}
        </div>
      }
    />
  );
}
