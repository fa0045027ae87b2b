"use client";

import { useQuery } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { getJson, RequestError } from "#components/query/get-json.ts";
import { QueryProvider } from "#components/query/query-provider.tsx";
import { Alert } from "#components/ui/alert.tsx";
import { Button } from "#components/ui/button.tsx";
import { useErrorText } from "#lib/i18n/use-error-text.ts";
import type { NeededCertificates, OneSidedView } from "#lib/schemas/certificates.ts";
import { useListDeeds } from "./use-list-deeds.ts";

interface OneSidedWarningProps {
  oneSided: readonly OneSidedView[];
  mayWrite: boolean;
}

/**
 * Certificates that the bootstrap VM trusts and the nodes do not, or the reverse: a warning where the registry that clusters
 * pull from needs them, which it is asked for when this is shown.
 */
export function OneSidedWarning(props: OneSidedWarningProps) {
  if (props.oneSided.length === 0) return null;
  return (
    <QueryProvider>
      <Warning {...props} />
    </QueryProvider>
  );
}

function Warning({ oneSided, mayWrite }: OneSidedWarningProps) {
  const t = useTranslations("certificates.oneSided");
  const errorText = useErrorText();
  const { put, pending } = useListDeeds();
  const tNames = useTranslations("certificates.lists");
  const { data, isFetching, error } = useQuery({
    queryKey: ["needed-certificates", oneSided.map(({ id, list }) => `${id}:${list}`)],
    queryFn: ({ signal }) => getJson<NeededCertificates | null>("/api/certificates/needed", signal),
    retry: false,
    refetchOnWindowFocus: false,
  });
  const isNeeded = ({ id, missingIn }: OneSidedView) =>
    data?.needed.some((each) => each.id === id && each.lists.includes(missingIn)) === true;
  const failure = data?.error ?? (error instanceof RequestError ? error.error : null);
  const count = oneSided.length;
  return (
    <Alert status={oneSided.some(isNeeded) ? "warning" : "info"} title={t("title", { count })} live="polite">
      <ul className="space-y-2">
        {oneSided.map((each) => {
          const { id, name, list, missingIn } = each;
          const words = { name, list: tNames(list), missing: tNames(missingIn) };
          return (
            <li key={`${id}:${list}`} className="flex flex-wrap items-center gap-x-4 gap-y-1">
              <span className="min-w-48 flex-1">
                {isNeeded(each)
                  ? `${t("needed", { ...words, host: data?.host ?? "" })} ${t(missingIn === "cluster" ? "neededCluster" : "neededBootstrap")}`
                  : t("perhaps", words)}
              </span>
              {mayWrite && (
                <Button
                  size="sm"
                  disabled={pending}
                  onClick={() => void put({ id, name }, [missingIn], "mend")}
                >
                  {t("mend", { list: tNames(missingIn) })}
                </Button>
              )}
            </li>
          );
        })}
      </ul>
      {isFetching && <p className="text-xs">{t("asking", { count })}</p>}
      {!isFetching && failure && (
        <p className="text-xs wrap-anywhere">{t("askFailed", { count, reason: errorText(failure).title })}</p>
      )}
    </Alert>
  );
}
