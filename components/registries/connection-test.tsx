"use client";

import { PlugZap } from "lucide-react";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { useAction } from "#components/forms/use-action.ts";
import { Alert } from "#components/ui/alert.tsx";
import { Button } from "#components/ui/button.tsx";
import { ErrorAlert } from "#components/ui/error-alert.tsx";
import { testConnectionAction } from "#lib/actions/registries.ts";
import type { ErrorView } from "#lib/errors.ts";
import { useFieldErrors } from "#lib/i18n/use-field-errors.ts";
import type { ConnectionResult, RegistryFields } from "#lib/schemas/registries.ts";

type Tested = RegistryFields & { result: ConnectionResult };

const asked = [
  ...(["host", "tlsMode", "caPem", "username", "password", "clientCertPem", "clientKeyPem"] as const),
  ...(["proxyUrl", "proxyUsername", "proxyPassword", "noProxy"] as const),
] as const;

/** Asks the registry that a form describes. An answer counts only for the fields that it was given for. */
export function ConnectionTest({ id, fields }: { id: string | null; fields: RegistryFields }) {
  const t = useTranslations("registries");
  const [tested, setTested] = useState<Tested | null>(null);
  const { run, pending, error } = useAction(testConnectionAction);
  const { host, username } = fields;
  const test = () => {
    setTested(null);
    void run({ ...fields, id }, (result) => setTested({ ...fields, result }));
  };
  const current = tested && asked.every((name) => tested[name] === fields[name]) ? tested.result : null;
  const failure = error ?? (current?.ok === false ? current.error : null);
  return (
    <div className="space-y-3">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <Button icon={<PlugZap aria-hidden />} loading={pending} onClick={test}>
          {t("probe")}
        </Button>
        <span className="text-xs text-muted">{pending ? t("probing", { host }) : t("testHint")}</span>
      </div>
      {!pending && failure && <ConnectionFailure error={failure} />}
      {!pending && current?.ok && (
        <Alert status="success" title={t("testOk")}>
          {t(username === "" ? "testOkAnonymous" : "testOkDetail", { latency: current.latencyMs })}
        </Alert>
      )}
    </div>
  );
}

/** A test stands apart from its fields, so it says itself which of them it could not use. */
function ConnectionFailure({ error }: { error: ErrorView }) {
  const fieldError = useFieldErrors(error);
  const t = useTranslations("registries");
  const wrong = asked.flatMap((name) => {
    const problem = fieldError(name);
    return problem === undefined ? [] : [{ label: name === "tlsMode" ? t("tls") : t(name), problem }];
  });
  if (wrong.length === 0) return <ErrorAlert error={error} />;
  return (
    <Alert status="danger" title={t("testFailed")}>
      <ul>
        {wrong.map(({ label, problem }) => (
          <li key={label}>{`${label}: ${problem}`}</li>
        ))}
      </ul>
    </Alert>
  );
}
