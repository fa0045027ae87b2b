"use client";

import { useTranslations } from "next-intl";
import { useRouter } from "next/navigation";
import type { ReactNode } from "react";
import { useAction } from "#components/forms/use-action.ts";
import { useFields } from "#components/forms/use-fields.ts";
import { Alert } from "#components/ui/alert.tsx";
import { Button } from "#components/ui/button.tsx";
import { Card } from "#components/ui/card.tsx";
import { Radio } from "#components/ui/checkbox.tsx";
import { ErrorAlert } from "#components/ui/error-alert.tsx";
import { Field, FieldSet } from "#components/ui/field.tsx";
import { Form } from "#components/ui/form.tsx";
import { Textarea } from "#components/ui/input.tsx";
import { Select } from "#components/ui/select.tsx";
import { TextField } from "#components/ui/text-field.tsx";
import { useToast } from "#components/ui/toast.tsx";
import { createRegistryAction, updateRegistryAction } from "#lib/actions/registries.ts";
import type { RegistryFields } from "#lib/schemas/registries.ts";
import { AdvancedConnection, type StoredRegistrySecrets } from "./advanced-connection.tsx";
import { ConnectionTest } from "./connection-test.tsx";

const tlsModes = ["verify", "skip_verify", "plain_http"] as const;

interface RegistryFormProps {
  /** The registry that is edited; null for a new one. */
  id: string | null;
  initial: RegistryFields;
  stored: StoredRegistrySecrets;
  organizations: readonly { id: string; displayName: string }[];
  cancel: ReactNode;
}

export function RegistryForm({ id, initial, stored, organizations, cancel }: RegistryFormProps) {
  const t = useTranslations("registries");
  const tCommon = useTranslations("common");
  const router = useRouter();
  const toast = useToast();
  const { run, pending, error } = useAction((input: RegistryFields) =>
    id === null ? createRegistryAction(input) : updateRegistryAction({ ...input, id }),
  );
  const { form, fields, set, fieldError } = useFields(initial, error);
  const save = () =>
    void run(fields, (saved) => {
      toast({ status: "success", title: t("saved", { name: fields.name }) });
      router.push(`/registries/${saved.id}`);
    });
  return (
    <Form ref={form} className="max-w-3xl space-y-5" onSubmit={save}>
      {error && <ErrorAlert error={error} />}
      <Card>
        <div className="space-y-4">
          <TextField
            label={tCommon("name")}
            error={fieldError("name")}
            required
            value={fields.name}
            maxLength={80}
            onChange={(event) => set({ name: event.target.value })}
          />
          <Field label={tCommon("description")} error={fieldError("description")}>
            {(control) => (
              <Textarea
                {...control}
                rows={2}
                maxLength={500}
                value={fields.description}
                onChange={(event) => set({ description: event.target.value })}
              />
            )}
          </Field>
          <Field
            label={t("organization")}
            help={t("organizationHelp")}
            error={fieldError("organizationId")}
            required
          >
            {(control) => (
              <Select
                {...control}
                value={fields.organizationId ?? ""}
                placeholder={tCommon("provider")}
                options={organizations.map(({ id: value, displayName }) => ({ value, label: displayName }))}
                onChange={(event) =>
                  set({ organizationId: event.target.value === "" ? null : event.target.value })
                }
              />
            )}
          </Field>
        </div>
      </Card>
      <Card title={t("connection")}>
        <div className="space-y-5">
          <TextField
            label={t("host")}
            help={t("hostHelp")}
            error={fieldError("host")}
            required
            value={fields.host}
            verbatim
            autoComplete="off"
            placeholder="harbor.example.com"
            className="font-mono"
            onChange={(event) => set({ host: event.target.value })}
          />
          <FieldSet legend={t("tls")} help={t("tlsHelp")}>
            {tlsModes.map((mode) => (
              <Radio
                key={mode}
                name="tlsMode"
                value={mode}
                checked={fields.tlsMode === mode}
                label={t(`tlsMode.${mode}`)}
                help={t(`tlsMode.${mode}Help`)}
                onChange={() => set({ tlsMode: mode })}
              />
            ))}
            {fields.tlsMode !== "verify" && (
              <Alert status="warning" live="polite">
                {t(`tlsMode.${fields.tlsMode}Warning`)}
              </Alert>
            )}
          </FieldSet>
          {fields.tlsMode === "verify" && (
            <Field label={t("caPem")} help={t("caPemHelp")} error={fieldError("caPem")}>
              {(control) => (
                <Textarea
                  {...control}
                  code
                  rows={6}
                  value={fields.caPem}
                  placeholder="-----BEGIN CERTIFICATE-----"
                  onChange={(event) => set({ caPem: event.target.value })}
                />
              )}
            </Field>
          )}
          <FieldSet legend={t("credentials")}>
            <TextField
              label={t("username")}
              help={t("usernameHelp")}
              error={fieldError("username")}
              value={fields.username}
              verbatim
              autoComplete="off"
              onChange={(event) => set({ username: event.target.value })}
            />
            <TextField
              label={t("password")}
              help={stored.password ? t("passwordStoredHelp") : t("passwordHelp")}
              error={fieldError("password")}
              type="password"
              // Browsers would fill in the password of the panel itself.
              autoComplete="new-password"
              value={fields.password}
              placeholder={stored.password ? t("passwordStored") : undefined}
              onChange={(event) => set({ password: event.target.value })}
            />
          </FieldSet>
          <AdvancedConnection fields={fields} stored={stored} set={set} fieldError={fieldError} />
          <ConnectionTest id={id} fields={fields} />
        </div>
      </Card>
      <div className="flex flex-wrap gap-2">
        <Button type="submit" variant="primary" loading={pending}>
          {t("save")}
        </Button>
        {cancel}
      </div>
    </Form>
  );
}
