"use client";

import { useTranslations } from "next-intl";
import type { RefObject } from "react";
import { Button } from "#components/ui/button.tsx";
import { Card } from "#components/ui/card.tsx";
import { Disclosure } from "#components/ui/disclosure.tsx";
import { ErrorAlert } from "#components/ui/error-alert.tsx";
import { Field } from "#components/ui/field.tsx";
import { Textarea } from "#components/ui/input.tsx";
import { Select } from "#components/ui/select.tsx";
import { TextField } from "#components/ui/text-field.tsx";
import type { ErrorView } from "#lib/errors.ts";
import type { DoctorFields } from "#lib/schemas/doctor.ts";

/** A stored registry, or a place in one. */
export interface DoctorTarget {
  registryId: string;
  /** As a person chooses it. */
  label: string;
  /** `host[:port][/path]` */
  address: string;
}

interface DoctorFormProps {
  targets: readonly DoctorTarget[];
  fields: DoctorFields;
  set: (change: Partial<DoctorFields>) => void;
  fieldError: (field: string) => string | undefined;
  error: ErrorView | null;
  pending: boolean;
  startButton: RefObject<HTMLButtonElement | null>;
}

const valueOf = ({ registryId, address }: { registryId: string | null; address: string }) =>
  registryId === null ? "" : `${registryId} ${address}`;

/** What to examine. */
export function DoctorForm({
  targets,
  fields,
  set,
  fieldError,
  error,
  pending,
  startButton,
}: DoctorFormProps) {
  const t = useTranslations("doctor");
  const { registryId = null } = fields;
  const choose = (value: string) => {
    const target = targets.find((each) => valueOf(each) === value);
    set({ registryId: target?.registryId ?? null, address: target?.address ?? "" });
  };
  return (
    <Card
      title={t("examine")}
      footer={
        <Button ref={startButton} type="submit" variant="primary" loading={pending}>
          {t("start")}
        </Button>
      }
    >
      <div className="space-y-4">
        {error && error.code !== "invalid-input" && <ErrorAlert error={error} />}
        {targets.length > 0 && (
          <Field label={t("target")} help={t("targetHelp")} error={fieldError("registryId")} required>
            {(control) => (
              <Select
                {...control}
                value={valueOf({ registryId, address: fields.address })}
                placeholder={t("otherTarget")}
                options={targets.map((target) => ({ value: valueOf(target), label: target.label }))}
                onChange={(event) => choose(event.target.value)}
              />
            )}
          </Field>
        )}
        {registryId === null && (
          <TextField
            label={t("address")}
            help={t("addressHelp")}
            error={fieldError("address")}
            required
            verbatim
            autoComplete="off"
            placeholder="harbor.example.com"
            className="font-mono"
            value={fields.address}
            onChange={(event) => set({ address: event.target.value })}
          />
        )}
        <TextField
          label={t("cloudDirector")}
          help={t("cloudDirectorHelp")}
          error={fieldError("cloudDirector")}
          verbatim
          autoComplete="off"
          placeholder="vcd.example.com"
          className="font-mono"
          value={fields.cloudDirector}
          onChange={(event) => set({ cloudDirector: event.target.value })}
        />
        <Disclosure title={t("more")} defaultOpen={fieldError("certificates") !== undefined}>
          <Field
            label={t("certificates")}
            help={t("certificatesHelp")}
            error={fieldError("certificates")}
            className="max-w-3xl"
          >
            {(control) => (
              <Textarea
                {...control}
                code
                rows={6}
                placeholder="-----BEGIN CERTIFICATE-----"
                value={fields.certificates}
                onChange={(event) => set({ certificates: event.target.value })}
              />
            )}
          </Field>
        </Disclosure>
      </div>
    </Card>
  );
}
