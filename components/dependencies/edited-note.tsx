import { useTranslations } from "next-intl";
import { useFormats } from "#lib/i18n/use-formats.ts";
import type { ReleaseDocument } from "#lib/schemas/dependencies.ts";

/** When a document was edited last, and by whom. */
export function EditedNote({ edited }: Pick<ReleaseDocument, "edited">) {
  const t = useTranslations("documentLines");
  const formats = useFormats();
  if (edited === null) return null;
  const at = formats.dateTime(edited.at);
  return (
    <span className="text-xs text-muted">
      {edited.by === null ? t("editedAt", { at }) : t("edited", { at, by: edited.by })}
    </span>
  );
}
