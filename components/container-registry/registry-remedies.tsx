import { useTranslations } from "next-intl";
import { useListDeeds } from "#components/certificates/use-list-deeds.ts";
import { Alert } from "#components/ui/alert.tsx";
import { Button, ButtonLink } from "#components/ui/button.tsx";
import { trustLists } from "#lib/schemas/certificates.ts";
import type { FindingView } from "#lib/schemas/doctor.ts";

interface RegistryRemediesProps {
  host: string;
  findings: readonly FindingView[];
  /** Of certificates that are known here, by fingerprint. */
  certificateIds: Readonly<Record<string, string>>;
  /** A certificate is in more lists than before. */
  onAdded: () => void;
}

/**
 * What would make the bootstrap VM and the nodes trust a registry: a certificate that is known, or one to fetch. And this
 * panel, too: without that, it can bring nothing there.
 */
export function RegistryRemedies({ host, findings, certificateIds, onAdded }: RegistryRemediesProps) {
  const remedies = findings.filter(
    ({ code, facts }) => code.startsWith("remedy-") && listsOf(facts).length > 0,
  );
  return remedies.map((finding, index) => (
    <Remedy
      // Findings are only ever added at the end.
      key={index}
      host={host}
      finding={finding}
      certificateIds={certificateIds}
      onAdded={onAdded}
    />
  ));
}

function Remedy({
  host,
  finding: { code, facts },
  certificateIds,
  onAdded,
}: Omit<RegistryRemediesProps, "findings"> & { finding: FindingView }) {
  const t = useTranslations("containerRegistry");
  const { put, pending } = useListDeeds();
  const lists = listsOf(facts);
  const missingIn = lists.map((list) => t(`lists.${list}`)).join(", ");
  const { name = "", fingerprint = "", subject = "" } = certificateOf(facts);
  const id = certificateIds[fingerprint];
  if (code === "remedy-stored") {
    return (
      <Alert status="info" live="polite" title={t("remedyStored", { name: name || subject })}>
        <p>{t("remedyStoredHelp", { lists: missingIn })}</p>
        {id !== undefined && (
          <Button
            size="sm"
            className="mt-2"
            loading={pending}
            onClick={() => void put({ id, name: name || subject }, lists, "putInto").then(onAdded)}
          >
            {t("addToLists", { count: lists.length })}
          </Button>
        )}
      </Alert>
    );
  }
  const isPresented = code === "remedy-presented";
  return (
    <Alert
      status={isPresented ? "info" : "warning"}
      live="polite"
      title={isPresented ? t("remedyPresented", { subject }) : t("remedyNone", { lists: missingIn })}
    >
      <p>{t(isPresented ? "remedyPresentedHelp" : "remedyNoneHelp", { lists: missingIn })}</p>
      <ButtonLink
        size="sm"
        className="mt-2"
        href={`/settings/certificates/new?${new URLSearchParams({ server: host }).toString()}`}
      >
        {t(isPresented ? "fetch" : "addCertificate")}
      </ButtonLink>
    </Alert>
  );
}

function listsOf({ lists }: FindingView["facts"]): (typeof trustLists)[number][] {
  return trustLists.filter((list) => Array.isArray(lists) && lists.includes(list));
}

function certificateOf({ certificate }: FindingView["facts"]): {
  name?: string;
  fingerprint?: string;
  subject?: string;
} {
  return certificate ?? {};
}
