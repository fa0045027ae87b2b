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
import { useToast } from "#components/ui/toast.tsx";
import { defaultSources, releaseKinds } from "#lib/schemas/releases.ts";
import { ImportPreview } from "./import-preview.tsx";
import { ListInput } from "./list-input.tsx";
import { type GivenList, postRelease, type ReleaseFields } from "./post-release.ts";
import { useImportPreview } from "./use-import-preview.ts";

type Fields = ReleaseFields & { list: GivenList | null };

const [firstKind] = releaseKinds;
const blank: Fields = {
  kind: firstKind,
  name: "",
  version: "",
  source: defaultSources[firstKind],
  leaveOut: false,
  list: null,
};

/** Makes a release of a pasted or chosen list. */
export function ImportForm({ cancel }: { cancel: ReactNode }) {
  const t = useTranslations("catalog");
  const tCommon = useTranslations("common");
  const router = useRouter();
  const toast = useToast();
  const { run, pending, error } = useAction(({ list, ...fields }: Fields) => postRelease(fields, list));
  const { form, fields, set, fieldError } = useFields(blank, error);
  const asked = useImportPreview(fields, fields.list);
  const send = () =>
    void run(fields, ({ id }) => {
      toast({ status: "success", title: t("imported", { name: `${fields.name} ${fields.version}` }) });
      router.push(`/catalog/${id}`);
    });
  return (
    <Form ref={form} className="max-w-3xl space-y-5" onSubmit={send}>
      {error && <ErrorAlert error={error} />}
      <Card>
        <div className="space-y-5">
          <FieldSet legend={t("kind")}>
            {releaseKinds.map((kind) => (
              <Radio
                key={kind}
                name="kind"
                value={kind}
                checked={fields.kind === kind}
                label={t(`kinds.${kind}`)}
                help={t(`kindHelp.${kind}`)}
                onChange={() => set({ kind, source: defaultSources[kind] })}
              />
            ))}
          </FieldSet>
          <TextField
            label={tCommon("name")}
            help={t("nameHelp")}
            error={fieldError("name")}
            required
            value={fields.name}
            maxLength={100}
            onChange={(event) => set({ name: event.target.value })}
          />
          <TextField
            label={t("version")}
            help={t("versionHelp")}
            error={fieldError("version")}
            required
            value={fields.version}
            maxLength={60}
            className="max-w-56"
            onChange={(event) => set({ version: event.target.value })}
          />
          <TextField
            label={t("sourceBase")}
            help={t("sourceBaseHelp")}
            error={fieldError("source")}
            value={fields.source}
            verbatim
            className="font-mono"
            onChange={(event) => set({ source: event.target.value })}
          />
        </div>
      </Card>
      <Card title={t("list")}>
        <ListInput error={fieldError("list")} onChange={(list) => set({ list })} />
      </Card>
      {asked && (
        <ImportPreview
          kind={fields.kind}
          asked={asked}
          leaveOut={fields.leaveOut}
          onLeaveOut={(leaveOut) => set({ leaveOut })}
        />
      )}
      <div className="flex flex-wrap items-center gap-2">
        <Button type="submit" variant="primary" loading={pending}>
          {t("import")}
        </Button>
        {cancel}
        <span className="text-xs text-muted">{t("importHelp")}</span>
      </div>
    </Form>
  );
}
