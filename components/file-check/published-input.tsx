import { useTranslations } from "next-intl";
import { Alert } from "#components/ui/alert.tsx";
import { Field } from "#components/ui/field.tsx";
import { Textarea } from "#components/ui/input.tsx";
import type { PublishedChecksums, UnusableChecksum } from "#lib/engine/checksums/parse-checksums.ts";

/** A list of many files may have many: a few show what is wrong. */
const shownUnusable = 3;

interface PublishedInputProps {
  text: string;
  published: PublishedChecksums;
  onChange: (text: string) => void;
}

/** What a download page says, pasted, and what was understood of it. */
export function PublishedInput({ text, published, onChange }: PublishedInputProps) {
  const t = useTranslations("fileCheck");
  const { checksums, unusable, truncated } = published;
  const isFilled = text.trim() !== "";
  return (
    <div className="space-y-3">
      <Field
        label={t("published")}
        help={t("publishedHelp")}
        error={isFilled && checksums.length === 0 && t("publishedNone")}
        className="max-w-none"
      >
        {(control) => (
          <Textarea
            {...control}
            code
            rows={6}
            value={text}
            placeholder={t("publishedPlaceholder")}
            onChange={(event) => onChange(event.target.value)}
          />
        )}
      </Field>
      <p role="status" className="text-compact">
        {isFilled && checksums.length > 0 && t("publishedFound", { count: checksums.length })}
      </p>
      {unusable.length > 0 && (
        <Alert status="warning" title={t("unusable", { count: unusable.length })} live="polite">
          <ul>
            {unusable.slice(0, shownUnusable).map((each) => (
              <li key={`${each.line} ${each.digits}`}>
                <UnusableReason {...each} />
              </li>
            ))}
          </ul>
        </Alert>
      )}
      {truncated && <Alert status="warning" title={t("truncated")} live="polite" />}
    </div>
  );
}

function UnusableReason({ line, digits, reason }: UnusableChecksum) {
  const t = useTranslations("fileCheck.unusableReasons");
  return reason === "wrong-length"
    ? t("wrongLength", { line, digits })
    : t("otherAlgorithm", { line, digits });
}
