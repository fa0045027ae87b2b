"use client";

import { useTranslations } from "next-intl";
import { useState } from "react";
import { Disclosure } from "#components/ui/disclosure.tsx";
import { Field, FieldSet } from "#components/ui/field.tsx";
import { Textarea } from "#components/ui/input.tsx";
import { TextField } from "#components/ui/text-field.tsx";
import type { RegistryFields } from "#lib/schemas/registries.ts";

/** Which secrets are stored, so that an empty field keeps them. */
export interface StoredRegistrySecrets {
  password: boolean;
  clientKey: boolean;
  proxyPassword: boolean;
}

interface AdvancedConnectionProps {
  fields: RegistryFields;
  stored: StoredRegistrySecrets;
  set: (change: Partial<RegistryFields>) => void;
  fieldError: (field: string) => string | undefined;
}

const names = [
  "clientCertPem",
  "clientKeyPem",
  "proxyUrl",
  "proxyUsername",
  "proxyPassword",
  "noProxy",
  "requestsPerSecond",
  "bytesPerSecond",
] as const;

/** What few registries need: mutual TLS, a proxy, limits. */
export function AdvancedConnection({ fields, stored, set, fieldError }: AdvancedConnectionProps) {
  const t = useTranslations("registries");
  const isUsed = names.some((name) => fields[name] !== "" || fieldError(name) !== undefined);
  // It stays open while what opened it is being emptied or corrected.
  const [wasUsed, setWasUsed] = useState(isUsed);
  if (isUsed && !wasUsed) setWasUsed(true);
  return (
    <Disclosure title={t("advanced")} summary={t("advancedSummary")} defaultOpen={wasUsed}>
      {fields.tlsMode !== "plain_http" && (
        <FieldSet legend={t("clientCertificate")} help={t("clientCertificateHelp")}>
          <Field label={t("clientCertPem")} help={t("clientCertPemHelp")} error={fieldError("clientCertPem")}>
            {(control) => (
              <Textarea
                {...control}
                code
                rows={4}
                value={fields.clientCertPem}
                placeholder="-----BEGIN CERTIFICATE-----"
                onChange={(event) => set({ clientCertPem: event.target.value })}
              />
            )}
          </Field>
          <Field
            label={t("clientKeyPem")}
            help={stored.clientKey ? t("clientKeyStoredHelp") : t("clientKeyPemHelp")}
            error={fieldError("clientKeyPem")}
          >
            {(control) => (
              <Textarea
                {...control}
                code
                rows={4}
                autoComplete="off"
                value={fields.clientKeyPem}
                placeholder={stored.clientKey ? t("passwordStored") : "-----BEGIN PRIVATE KEY-----"}
                onChange={(event) => set({ clientKeyPem: event.target.value })}
              />
            )}
          </Field>
        </FieldSet>
      )}
      <FieldSet legend={t("proxy")} help={t("proxyHelp")}>
        <TextField
          label={t("proxyUrl")}
          help={t("proxyUrlHelp")}
          error={fieldError("proxyUrl")}
          value={fields.proxyUrl}
          verbatim
          autoComplete="off"
          placeholder="http://proxy.example.com:3128"
          className="font-mono"
          onChange={(event) => set({ proxyUrl: event.target.value })}
        />
        <TextField
          label={t("proxyUsername")}
          error={fieldError("proxyUsername")}
          value={fields.proxyUsername}
          verbatim
          autoComplete="off"
          onChange={(event) => set({ proxyUsername: event.target.value })}
        />
        <TextField
          label={t("proxyPassword")}
          help={stored.proxyPassword ? t("passwordStoredHelp") : undefined}
          error={fieldError("proxyPassword")}
          type="password"
          autoComplete="new-password"
          value={fields.proxyPassword}
          placeholder={stored.proxyPassword ? t("passwordStored") : undefined}
          onChange={(event) => set({ proxyPassword: event.target.value })}
        />
        <TextField
          label={t("noProxy")}
          help={t("noProxyHelp")}
          error={fieldError("noProxy")}
          value={fields.noProxy}
          verbatim
          autoComplete="off"
          placeholder="localhost, .example.com, 10.0.0.0/8"
          className="font-mono"
          onChange={(event) => set({ noProxy: event.target.value })}
        />
      </FieldSet>
      <FieldSet legend={t("limits")} help={t("limitsHelp")}>
        <TextField
          label={t("requestsPerSecond")}
          error={fieldError("requestsPerSecond")}
          value={fields.requestsPerSecond}
          verbatim
          inputMode="decimal"
          autoComplete="off"
          onChange={(event) => set({ requestsPerSecond: event.target.value })}
        />
        <TextField
          label={t("bytesPerSecond")}
          error={fieldError("bytesPerSecond")}
          value={fields.bytesPerSecond}
          verbatim
          inputMode="decimal"
          autoComplete="off"
          onChange={(event) => set({ bytesPerSecond: event.target.value })}
        />
      </FieldSet>
    </Disclosure>
  );
}
