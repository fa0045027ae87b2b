"use client";

import { useTranslations } from "next-intl";
import { useRouter } from "next/navigation";
import { type ReactNode, useState } from "react";
import { useAction } from "#components/forms/use-action.ts";
import { useFields } from "#components/forms/use-fields.ts";
import { Button } from "#components/ui/button.tsx";
import { Card } from "#components/ui/card.tsx";
import { Radio } from "#components/ui/checkbox.tsx";
import { ErrorAlert } from "#components/ui/error-alert.tsx";
import { Field, FieldSet } from "#components/ui/field.tsx";
import { Form } from "#components/ui/form.tsx";
import { Textarea } from "#components/ui/input.tsx";
import { TextField } from "#components/ui/text-field.tsx";
import { useToast } from "#components/ui/toast.tsx";
import { createChannelAction, updateChannelAction } from "#lib/actions/notifications.ts";
import { ChannelKind } from "#lib/db/generated/enums.ts";
import type { OrganizationChoice } from "#lib/schemas/organizations.ts";
import { type ChannelDraft, inputOf } from "./channel-draft.ts";
import { MailFields } from "./mail-fields.tsx";
import { SecretDialog } from "./secret-dialog.tsx";
import { ToldFields } from "./told-fields.tsx";
import { type ChannelFieldsProps, WebhookFields } from "./webhook-fields.tsx";

interface ChannelFormProps {
  /** The channel that is edited; null for a new one. */
  id: string | null;
  initial: ChannelDraft;
  stored: ChannelFieldsProps["stored"];
  organizations: readonly OrganizationChoice[];
  cancel: ReactNode;
}

export function ChannelForm({ id, initial, stored, organizations, cancel }: ChannelFormProps) {
  const t = useTranslations("notifications");
  const tCommon = useTranslations("common");
  const router = useRouter();
  const toast = useToast();
  const [made, setMade] = useState<{ id: string; secret: string } | null>(null);
  const { run, pending, error } = useAction((draft: ChannelDraft) => {
    const input = inputOf(draft);
    return id === null ? createChannelAction(input) : updateChannelAction({ ...input, channelId: id });
  });
  const { form, fields, set, fieldError } = useFields(initial, error);
  const leave = (channelId: string) => {
    toast({ status: "success", title: t("done.save", { name: fields.name }) });
    router.push(`/notifications/${channelId}`);
  };
  const save = () =>
    void run(fields, (saved) => {
      // Whoever leaves the page has seen it for the last time.
      if (saved.secret === null) leave(saved.id);
      else setMade({ id: saved.id, secret: saved.secret });
    });
  const parts = { draft: fields, set, fieldError, stored };
  return (
    <Form ref={form} className="max-w-3xl space-y-5" onSubmit={save}>
      {error && <ErrorAlert error={error} />}
      <Card title={t("connection")}>
        <div className="space-y-5">
          <TextField
            label={tCommon("name")}
            error={fieldError("name")}
            required
            value={fields.name}
            maxLength={80}
            onChange={(event) => set({ name: event.target.value })}
          />
          <FieldSet legend={t("kind")}>
            {Object.values(ChannelKind).map((kind) => (
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
          {fields.kind === "webhook" ? <WebhookFields {...parts} /> : <MailFields {...parts} />}
          <Field label={t("caPem")} help={t("caPemHelp")} error={fieldError("caPem")}>
            {(control) => (
              <Textarea
                {...control}
                code
                rows={4}
                value={fields.caPem}
                placeholder="-----BEGIN CERTIFICATE-----"
                onChange={(event) => set({ caPem: event.target.value })}
              />
            )}
          </Field>
        </div>
      </Card>
      <Card title={t("what")}>
        <div className="space-y-5">
          <ToldFields draft={fields} set={set} fieldError={fieldError} organizations={organizations} />
        </div>
      </Card>
      <div className="flex flex-wrap gap-2">
        <Button type="submit" variant="primary" loading={pending}>
          {tCommon("save")}
        </Button>
        {cancel}
      </div>
      <SecretDialog
        name={fields.name}
        secret={made?.secret ?? null}
        onClose={() => {
          if (made) leave(made.id);
          setMade(null);
        }}
      />
    </Form>
  );
}
