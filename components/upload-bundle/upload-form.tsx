import { Upload } from "lucide-react";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { StoreField } from "#components/bundles/store-field.tsx";
import { useAction } from "#components/forms/use-action.ts";
import { useFields } from "#components/forms/use-fields.ts";
import { Alert } from "#components/ui/alert.tsx";
import { Button, ButtonLink } from "#components/ui/button.tsx";
import { Card } from "#components/ui/card.tsx";
import { ErrorAlert } from "#components/ui/error-alert.tsx";
import { FileDrop } from "#components/ui/file-drop.tsx";
import { Form } from "#components/ui/form.tsx";
import { TextField } from "#components/ui/text-field.tsx";
import type { StoreView, UploadView } from "#lib/services/bundles/bundle-views.ts";
import { beginUpload } from "./begin-upload.ts";
import { ChosenFiles } from "./chosen-files.tsx";
import { labelFiles } from "./label-files.ts";
import { suggestName } from "./suggest-name.ts";
import { UploadKind } from "./upload-kind.tsx";

interface UploadFormProps {
  /** Those that the panel holds itself. */
  stores: readonly StoreView[];
  /** From the start it is for files that are no bundle. */
  loose: boolean;
  onBegun: (upload: UploadView, name: string, files: readonly File[]) => void;
}

interface Fields {
  loose: boolean;
  storeId: string;
  name: string;
  files: readonly File[];
}

/** Which files are sent, where they go and what they are called there. */
export function UploadForm({ stores, loose: looseFirst, onBegun }: UploadFormProps) {
  const t = useTranslations("bundles.uploads");
  const tBundles = useTranslations("bundles");
  const tCommon = useTranslations("common");
  const { run, pending, error } = useAction(beginUpload);
  const [only] = stores;
  const storeFirst = stores.length === 1 && only ? only.id : "";
  const blank: Fields = { loose: looseFirst, storeId: storeFirst, name: "", files: [] };
  const { form, fields, set, fieldError } = useFields(blank, error);
  const [named, setNamed] = useState(false);
  const { loose, storeId, files } = fields;
  const fileNames = files.map((file) => file.name);
  const name = loose ? labelFiles(fileNames) : named ? fields.name : suggestName(fileNames);
  const add = (added: readonly File[]) => {
    const others = files.filter((file) => !added.some((one) => one.name === file.name));
    set({ files: [...others, ...added] });
  };
  const send = () => void run({ storeId, name, loose, files }, (upload) => onBegun(upload, name, files));
  return (
    <Form ref={form} className="max-w-3xl space-y-5" onSubmit={send}>
      {error && error.code !== "invalid-input" && <ErrorAlert error={error} />}
      <Card>
        <UploadKind loose={loose} onChange={(chosen) => set({ loose: chosen })} />
      </Card>
      <Card title={tBundles("files.title")}>
        <div className="space-y-4">
          <FileDrop
            onFiles={add}
            chooseLabel={t("choose")}
            dropText={t("drop")}
            dropNowText={t("dropNow")}
            note={t(loose ? "chooseLooseHelp" : "chooseHelp")}
          />
          {fieldError("files") !== undefined && (
            <Alert status="danger">
              {files.length > 0 ? t("filesWrong") : t(loose ? "chooseLooseFirst" : "chooseFirst")}
            </Alert>
          )}
          <ChosenFiles
            files={files}
            onRemove={(removed) => set({ files: files.filter((file) => file.name !== removed) })}
          />
        </div>
      </Card>
      <Card>
        <div className="space-y-4">
          <StoreField
            stores={stores}
            storeId={storeId}
            help={t(loose ? "storeLooseHelp" : "storeHelp")}
            error={fieldError("storeId")}
            onChange={(chosen) => set({ storeId: chosen })}
          />
          {!loose && (
            <TextField
              label={tCommon("name")}
              help={t("nameHelp")}
              error={fieldError("name")}
              required
              value={name}
              maxLength={100}
              verbatim
              autoComplete="off"
              onChange={(event) => {
                setNamed(true);
                set({ name: event.target.value });
              }}
            />
          )}
        </div>
      </Card>
      <div className="flex flex-wrap items-center gap-2">
        <Button type="submit" variant="primary" icon={<Upload aria-hidden />} loading={pending}>
          {t("start")}
        </Button>
        <ButtonLink href="/bundles">{tCommon("cancel")}</ButtonLink>
      </div>
    </Form>
  );
}
