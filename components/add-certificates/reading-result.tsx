import { useTranslations } from "next-intl";
import { ReadingProblems } from "#components/certificates/certificate-problems.tsx";
import { Card } from "#components/ui/card.tsx";
import { type Choice, type Choices, isTakenAtFirst, type Reading } from "./certificate-choices.ts";
import { OfferedCertificate } from "./offered-certificate.tsx";
import { ServerVerdicts } from "./server-verdicts.tsx";

interface ReadingResultProps {
  reading: Reading;
  choices: Choices;
  onChoose: (fingerprint: string, choice: Choice) => void;
  nameOf: (fingerprint: string) => string | undefined;
  nameError: (fingerprint: string) => string | undefined;
  onAgain: () => void;
}

/** What one text, file or server was found to hold. */
export function ReadingResult({
  reading,
  choices,
  onChoose,
  nameOf,
  nameError,
  onAgain,
}: ReadingResultProps) {
  const t = useTranslations("certificates.new");
  const { source, certificates, problems, chain } = reading;
  const helpsOf = (fingerprint: string) =>
    chain?.certificates.find((each) => each.fingerprint === fingerprint)?.helps ?? [];
  return (
    <section className="space-y-3">
      <h2 className="text-base font-semibold wrap-anywhere">
        {chain ? t("presented", { server: source }) : t("foundOf", { source: source || t("pasted") })}
      </h2>
      {chain && <ServerVerdicts chain={chain} server={source} onAgain={onAgain} />}
      {problems.length > 0 && (
        <Card>
          <ReadingProblems problems={problems} />
        </Card>
      )}
      {certificates.map((certificate) => {
        const { fingerprint, suggestedName } = certificate;
        const own = choices[fingerprint];
        return (
          <OfferedCertificate
            key={fingerprint}
            certificate={certificate}
            choice={{
              taken: own?.taken ?? isTakenAtFirst(certificate, reading),
              name: own?.name ?? nameOf(fingerprint) ?? suggestedName,
            }}
            onChoose={(choice) => onChoose(fingerprint, choice)}
            nameError={nameError(fingerprint)}
            {...(chain && {
              server: {
                ...{ name: source, helps: helpsOf(fingerprint) },
                isSuggested: chain.suggested === fingerprint,
              },
            })}
          />
        );
      })}
    </section>
  );
}
