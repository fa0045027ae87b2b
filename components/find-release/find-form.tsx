"use client";

import { useTranslations } from "next-intl";
import { useRouter } from "next/navigation";
import type { ReactNode } from "react";
import { useAction } from "#components/forms/use-action.ts";
import { useFields } from "#components/forms/use-fields.ts";
import { Button } from "#components/ui/button.tsx";
import { Card } from "#components/ui/card.tsx";
import { Radio } from "#components/ui/checkbox.tsx";
import { ErrorAlert } from "#components/ui/error-alert.tsx";
import { FieldSet } from "#components/ui/field.tsx";
import { Form } from "#components/ui/form.tsx";
import { TextField } from "#components/ui/text-field.tsx";
import { findReleaseAction } from "#lib/actions/releases.ts";
import type { GettingStartedChoice } from "#lib/schemas/discoveries.ts";
import type { RegistryChoice } from "#lib/schemas/registries.ts";
import {
  blankDraft,
  type FindDraft,
  formatInput,
  foundKinds,
  proposeTitle,
  sourceAt,
  toDraftError,
} from "./find-draft.ts";
import { GettingStartedFields } from "./getting-started-fields.tsx";
import { PluginFields } from "./plugin-fields.tsx";
import { SourceFields } from "./source-fields.tsx";
import { TkgFields } from "./tkg-fields.tsx";

interface FindFormProps {
  choices: readonly GettingStartedChoice[];
  registries: readonly RegistryChoice[];
  /** `2026-11-29`, as the server has it: the browser must not see another day. */
  today: string;
  cancel: ReactNode;
}

/** Says what release is wanted; what it is made of, the panel finds out. */
export function FindForm({ choices, registries, today, cancel }: FindFormProps) {
  const t = useTranslations("catalog.find");
  const tCatalog = useTranslations("catalog");
  const tCommon = useTranslations("common");
  const router = useRouter();
  const { run, pending, error, reset } = useAction(async (draft: FindDraft) => {
    const result = await findReleaseAction(formatInput(draft, today));
    return result.ok ? result : { ok: false as const, error: toDraftError(result.error) };
  });
  const { form, fields, set, fieldError } = useFields(blankDraft(choices[0]?.tag ?? ""), error);
  const proposed = proposeTitle(fields, today);
  // What is proposed follows from the parts, so with them it is mended, too.
  const setPart = (change: Partial<FindDraft>) =>
    set({ name: fields.name, version: fields.version, ...change });
  const part = { fields, set: setPart, fieldError };
  return (
    <Form
      ref={form}
      className="max-w-3xl space-y-5"
      onSubmit={() => void run(fields, ({ id }) => router.push(`/jobs/${id}`))}
    >
      {error && <ErrorAlert error={error} />}
      <Card>
        <FieldSet legend={tCatalog("kind")}>
          {foundKinds.map((kind) => (
            <Radio
              key={kind}
              name="kind"
              value={kind}
              checked={fields.kind === kind}
              label={tCatalog(`kinds.${kind}`)}
              help={t(`kindHelp.${kind}`)}
              onChange={() => {
                reset();
                set({ kind, source: sourceAt(kind, fields.standIn), name: null, version: null });
              }}
            />
          ))}
        </FieldSet>
      </Card>
      <Card title={t("where")}>
        <SourceFields {...part} registries={registries} />
      </Card>
      <Card title={t("what")}>
        <div className="space-y-6">
          {fields.kind === "getting_started_airgapped" && (
            <GettingStartedFields {...part} choices={choices} />
          )}
          {fields.kind === "tkg" && <TkgFields {...part} />}
          {fields.kind === "tanzu_plugins" && <PluginFields {...part} />}
        </div>
      </Card>
      <Card title={t("called")}>
        <div className="space-y-5">
          <TextField
            label={tCommon("name")}
            help={tCatalog("nameHelp")}
            error={fieldError("name")}
            required
            maxLength={100}
            value={fields.name ?? proposed.name}
            onChange={(event) => set({ name: event.target.value })}
          />
          <TextField
            label={tCatalog("version")}
            help={t("versionHelp")}
            error={fieldError("version")}
            required
            maxLength={60}
            className="max-w-56"
            value={fields.version ?? proposed.version}
            onChange={(event) => set({ version: event.target.value })}
          />
        </div>
      </Card>
      <div className="flex flex-wrap items-center gap-2">
        <Button type="submit" variant="primary" loading={pending}>
          {t("submit")}
        </Button>
        {cancel}
        <span className="text-xs text-muted">{t("submitHelp")}</span>
      </div>
    </Form>
  );
}
