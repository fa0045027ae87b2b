"use client";

import { Plus } from "lucide-react";
import { useTranslations } from "next-intl";
import { useRef, useState } from "react";
import { useAction } from "#components/forms/use-action.ts";
import { useFocusInvalid } from "#components/forms/use-focus-invalid.ts";
import { Button } from "#components/ui/button.tsx";
import { Card } from "#components/ui/card.tsx";
import { ErrorAlert } from "#components/ui/error-alert.tsx";
import { Form } from "#components/ui/form.tsx";
import { useToast } from "#components/ui/toast.tsx";
import { saveCseVersionsAction } from "#lib/actions/cse-versions.ts";
import { useFieldErrors } from "#lib/i18n/use-field-errors.ts";
import type { CseVersionTable } from "#lib/schemas/cse-versions.ts";
import { VersionFields } from "./version-fields.tsx";
import { blankForm, checkVersions, formatVersions, toForms } from "./version-forms.ts";

interface VersionsEditorProps {
  table: CseVersionTable;
  mayWrite: boolean;
}

/** The table of versions of Container Service Extension, to be saved as a whole. */
export function VersionsEditor({ table: { versions, defaults }, mayWrite }: VersionsEditorProps) {
  const t = useTranslations("cseVersions");
  const tCommon = useTranslations("common");
  const toast = useToast();
  const form = useRef<HTMLFormElement>(null);
  const [rows, setRows] = useState(() => toForms(versions));
  const { run, pending, error } = useAction(saveCseVersionsAction);
  // Once it was refused, what is wrong is told as it stands: to mend one of two equal versions mends both.
  const fieldError = useFieldErrors(error?.code === "invalid-input" ? checkVersions(rows) : null);
  useFocusInvalid(form, error);

  const save = () =>
    void run({ versions: formatVersions(rows) }, () => toast({ status: "success", title: t("saved") }));
  return (
    <Form ref={form} onSubmit={save}>
      <Card
        title={t("table")}
        footer={
          mayWrite && (
            <>
              <Button type="submit" variant="primary" loading={pending}>
                {tCommon("save")}
              </Button>
              <Button icon={<Plus aria-hidden />} onClick={() => setRows([blankForm(rows), ...rows])}>
                {t("add")}
              </Button>
              <Button onClick={() => setRows(toForms(defaults))}>{t("toDefaults")}</Button>
            </>
          )
        }
      >
        <div className="space-y-4">
          <p className="max-w-3xl text-compact text-muted">{t("help")}</p>
          {error && <ErrorAlert error={error} />}
          {rows.length === 0 && <p className="text-compact">{t("none")}</p>}
          <ol className="space-y-4">
            {rows.map((row, index) => (
              <VersionFields
                key={row.id}
                row={row}
                defaults={defaults}
                mayWrite={mayWrite}
                fieldError={(field) => fieldError(`versions.${index}.${field}`)}
                onChange={(changed) => setRows(rows.with(index, changed))}
                onRemove={() => setRows(rows.toSpliced(index, 1))}
              />
            ))}
          </ol>
        </div>
      </Card>
    </Form>
  );
}
