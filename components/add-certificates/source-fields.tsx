import { useTranslations } from "next-intl";
import { useState } from "react";
import { Button } from "#components/ui/button.tsx";
import { Radio } from "#components/ui/checkbox.tsx";
import { Field, FieldSet } from "#components/ui/field.tsx";
import { FileDrop } from "#components/ui/file-drop.tsx";
import { Textarea } from "#components/ui/input.tsx";
import { TextField } from "#components/ui/text-field.tsx";
import { useFormats } from "#lib/i18n/use-formats.ts";
import { certificateLimits } from "#lib/schemas/certificates.ts";
import type { Given } from "./use-readings.ts";

const sources = ["server", "paste", "file"] as const;
type Source = (typeof sources)[number];

interface SourceFieldsProps {
  initialServer: string;
  asking: boolean;
  addressError: string | undefined;
  /** Null: what was given before does not count any more. */
  onGive: (given: Given | null) => void;
}

/** Where certificates come from; what is typed or dropped is read at once, a server is asked when told to. */
export function SourceFields({ initialServer, asking, addressError, onGive }: SourceFieldsProps) {
  const t = useTranslations("certificates.new");
  const [source, setSource] = useState<Source>("server");
  return (
    <div className="space-y-5">
      <FieldSet legend={t("source")}>
        {sources.map((each) => (
          <Radio
            key={each}
            name="source"
            value={each}
            label={t(`sources.${each}`)}
            help={t(`sourceHelp.${each}`)}
            checked={source === each}
            onChange={() => {
              setSource(each);
              onGive(null);
            }}
          />
        ))}
      </FieldSet>
      {source === "server" && (
        <ServerField
          initial={initialServer}
          asking={asking}
          error={addressError}
          onAsk={(address) => onGive({ kind: "server", address })}
        />
      )}
      {source === "paste" && <PasteField onGive={onGive} />}
      {source === "file" && <FileField onGive={onGive} />}
    </div>
  );
}

interface ServerFieldProps {
  initial: string;
  asking: boolean;
  error: string | undefined;
  onAsk: (address: string) => void;
}

function ServerField({ initial, asking, error, onAsk }: ServerFieldProps) {
  const t = useTranslations("certificates.new");
  const [address, setAddress] = useState(initial);
  const ask = () => {
    if (address.trim() !== "") onAsk(address.trim());
  };
  return (
    <div className="space-y-2">
      <TextField
        label={t("address")}
        help={t("addressHelp")}
        error={error}
        required
        verbatim
        value={address}
        maxLength={300}
        className="font-mono"
        onChange={(event) => setAddress(event.target.value)}
        onKeyDown={(event) => {
          // Enter asks; it does not save what was found before.
          if (event.key !== "Enter" || event.nativeEvent.isComposing) return;
          event.preventDefault();
          ask();
        }}
      />
      <Button loading={asking} disabled={address.trim() === ""} onClick={ask}>
        {t("fetch")}
      </Button>
      <span role="status" className="block text-xs wrap-anywhere text-muted">
        {asking && t("fetching", { address })}
      </span>
    </div>
  );
}

function PasteField({ onGive }: Pick<SourceFieldsProps, "onGive">) {
  const t = useTranslations("certificates.new");
  const [text, setText] = useState("");
  const give = (next: string) => {
    setText(next);
    const contents = [{ source: "", content: new Blob([next]) }];
    onGive(next === "" ? null : { kind: "contents", contents, isTyped: true });
  };
  return (
    <Field label={t("text")} help={t("textHelp")} required className="max-w-none">
      {(control) => (
        <Textarea
          {...control}
          code
          rows={12}
          value={text}
          autoComplete="off"
          onChange={(event) => give(event.target.value)}
        />
      )}
    </Field>
  );
}

function FileField({ onGive }: Pick<SourceFieldsProps, "onGive">) {
  const t = useTranslations("certificates.new");
  const formats = useFormats();
  const [isTooMany, setTooMany] = useState(false);
  const { files: maxFiles, sizeBytes } = certificateLimits;
  return (
    <div className="space-y-2">
      <FileDrop
        onFiles={(files) => {
          setTooMany(files.length > maxFiles);
          const contents = files.slice(0, maxFiles).map((content) => ({ source: content.name, content }));
          if (contents.length > 0) onGive({ kind: "contents", contents });
        }}
        chooseLabel={t("chooseFiles")}
        dropText={t("dropFiles")}
        dropNowText={t("dropNow")}
        note={t("fileNote", { count: maxFiles, size: formats.bytes(sizeBytes) })}
      />
      {isTooMany && (
        <p role="status" className="text-xs text-warning">
          {t("tooManyFiles", { count: maxFiles })}
        </p>
      )}
    </div>
  );
}
