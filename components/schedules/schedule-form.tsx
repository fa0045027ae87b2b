"use client";

import { useTranslations } from "next-intl";
import { useRouter } from "next/navigation";
import { type ReactNode, useMemo } from "react";
import { useAction } from "#components/forms/use-action.ts";
import { useFields } from "#components/forms/use-fields.ts";
import { QueryProvider } from "#components/query/query-provider.tsx";
import { PathPreview } from "#components/start-job/path-preview.tsx";
import { Alert } from "#components/ui/alert.tsx";
import { Button } from "#components/ui/button.tsx";
import { Card } from "#components/ui/card.tsx";
import { Radio } from "#components/ui/checkbox.tsx";
import { ErrorAlert } from "#components/ui/error-alert.tsx";
import { FieldSet } from "#components/ui/field.tsx";
import { Form } from "#components/ui/form.tsx";
import { TextField } from "#components/ui/text-field.tsx";
import { useToast } from "#components/ui/toast.tsx";
import { createScheduleAction, updateScheduleAction } from "#lib/actions/schedules.ts";
import type { ScheduleKind } from "#lib/db/generated/enums.ts";
import { flattenError, inputOf, placesOf, type ScheduleDraft } from "./schedule-draft.ts";
import { TimingFields } from "./timing-fields.tsx";
import { type WorkChoices, WorkFields } from "./work-fields.tsx";

interface ScheduleFormProps {
  /** The schedule that is edited; null for a new one. */
  id: string | null;
  initial: ScheduleDraft;
  /** Another person owns it so far. */
  takesOver: boolean;
  kinds: readonly ScheduleKind[];
  /** Null for a tenant, who chooses none of it. */
  choices: WorkChoices | null;
  timeZones: readonly string[];
  cancel: ReactNode;
}

export function ScheduleForm({
  id,
  initial,
  takesOver,
  kinds,
  choices,
  timeZones,
  cancel,
}: ScheduleFormProps) {
  const t = useTranslations("schedules");
  const tCommon = useTranslations("common");
  const router = useRouter();
  const toast = useToast();
  const { run, pending, error } = useAction((draft: ScheduleDraft) => {
    const input = inputOf(draft);
    return id === null ? createScheduleAction(input) : updateScheduleAction({ ...input, scheduleId: id });
  });
  const shown = useMemo(() => flattenError(error), [error]);
  const { form, fields, set, fieldError } = useFields(initial, shown);
  const places = placesOf(fields);
  const save = () =>
    void run(fields, (saved) => {
      toast({ status: "success", title: t("done.save", { name: fields.name }) });
      router.push(`/schedules/${saved.id}`);
    });
  return (
    <Form ref={form} className="max-w-3xl space-y-5" onSubmit={save}>
      {shown && <ErrorAlert error={shown} />}
      <Alert status="info" live="off">
        {t(takesOver ? "takesOver" : "actsAsYou")}
      </Alert>
      <Card title={t("what")}>
        <div className="space-y-5">
          <TextField
            label={tCommon("name")}
            error={fieldError("name")}
            required
            value={fields.name}
            maxLength={80}
            onChange={(event) => set({ name: event.target.value })}
          />
          {kinds.length > 1 && (
            <FieldSet legend={t("kind")}>
              {kinds.map((kind) => (
                <Radio
                  key={kind}
                  name="kind"
                  value={kind}
                  checked={fields.kind === kind}
                  label={t(`kinds.${kind}`)}
                  help={t(`kindsHelp.${kind}`)}
                  onChange={() => set({ kind })}
                />
              ))}
            </FieldSet>
          )}
          {choices ? (
            <WorkFields draft={fields} set={set} fieldError={fieldError} {...choices} />
          ) : (
            <p className="text-compact text-muted">{t("publishesOwn")}</p>
          )}
        </div>
      </Card>
      {places && (
        <Card title={t("where")}>
          <QueryProvider>
            <div className="space-y-4">
              <PathPreview input={places} />
            </div>
          </QueryProvider>
        </Card>
      )}
      <Card title={t("when")}>
        <TimingFields draft={fields} set={set} fieldError={fieldError} timeZones={timeZones} />
      </Card>
      <div className="flex flex-wrap gap-2">
        <Button type="submit" variant="primary" loading={pending}>
          {tCommon("save")}
        </Button>
        {cancel}
      </div>
    </Form>
  );
}
