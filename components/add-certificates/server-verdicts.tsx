import { useTranslations } from "next-intl";
import { ChainProblems } from "#components/certificates/certificate-problems.tsx";
import { useListDeeds } from "#components/certificates/use-list-deeds.ts";
import { Alert } from "#components/ui/alert.tsx";
import { StatusLabel } from "#components/ui/badge.tsx";
import { Button } from "#components/ui/button.tsx";
import { Card } from "#components/ui/card.tsx";
import { type ServerChain, trustLists } from "#lib/schemas/certificates.ts";

interface ServerVerdictsProps {
  chain: ServerChain;
  server: string;
  /** Asks the server once more, as after a change of the lists. */
  onAgain: () => void;
}

/** Who trusts a server as the lists are now, why not, and what is known here already that would do. */
export function ServerVerdicts({ chain, server, onAgain }: ServerVerdictsProps) {
  const t = useTranslations("certificates.new");
  const tLists = useTranslations("certificates");
  const { put, pending } = useListDeeds();
  const isTrusted = trustLists.every((list) => chain.diagnoses[list].trusted);
  const hasHelp = chain.stored.length > 0 || chain.certificates.some(({ helps }) => helps.length > 0);
  const { protocol, protocolTooOld, wantsClientCertificate, unreadable } = chain;
  const [first] = trustLists.flatMap((list) => {
    const { trusted, problems, notes } = chain.diagnoses[list];
    return trusted ? [] : [{ problems, notes }];
  });
  return (
    <Card title={t("verdicts", { server })}>
      <div className="space-y-3">
        <ul className="space-y-1 text-compact">
          {trustLists.map((list) => {
            const { trusted, anchorIsCommon } = chain.diagnoses[list];
            return (
              <li key={list} className="flex flex-wrap gap-x-3">
                <span className="min-w-48">{tLists(`lists.${list}`)}</span>
                <StatusLabel status={trusted ? "success" : "danger"}>
                  {t(trusted ? (anchorIsCommon ? "trustedPublic" : "trusted") : "untrusted")}
                </StatusLabel>
              </li>
            );
          })}
        </ul>
        {first && <ChainProblems {...first} />}
        {isTrusted && <p className="text-compact">{t("allTrusted", { server })}</p>}
        {chain.stored.map(({ id, name, helps }) => (
          <Alert
            key={id}
            status="info"
            live="off"
            title={t("storedHelps", {
              ...{ name, server },
              lists: helps.map((list) => tLists(`listNames.${list}`)).join(", "),
            })}
            action={
              <Button
                size="sm"
                disabled={pending}
                onClick={() => void put({ id, name }, helps, "putInto").then(onAgain)}
              >
                {t("storedPut")}
              </Button>
            }
          />
        ))}
        {!isTrusted && !hasHelp && (
          <Alert status="warning" live="off" title={t("caMissing", { server })}>
            {t("caMissingHelp")}
          </Alert>
        )}
        {protocolTooOld && (
          <Alert status="warning" live="off">
            {t("protocolTooOld", { protocol: protocol ?? "" })}
          </Alert>
        )}
        {wantsClientCertificate && (
          <Alert status="warning" live="off">
            {t("wantsClientCertificate")}
          </Alert>
        )}
        {unreadable > 0 && (
          <Alert status="warning" live="off">
            {t("unreadable", { count: unreadable })}
          </Alert>
        )}
      </div>
    </Card>
  );
}
