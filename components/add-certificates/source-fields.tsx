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
import { numberNames } from "./number-names.ts";
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
  // Kept here, so that who looks at another source finds on return what was there.
  const [address, setAddress] = useState(initialServer);
  const [text, setText] = useState("");
  const [files, setFiles] = useState<readonly File[]>([]);
  const givenOf = { server: () => null, paste: () => giveText(text), file: () => giveFiles(files) };
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
              onGive(givenOf[each]());
            }}
          />
        ))}
      </FieldSet>
      {source === "server" && (
        <ServerField
          address={address}
          onChange={setAddress}
          asking={asking}
          error={addressError}
          onAsk={() => onGive({ kind: "server", address: address.trim() })}
        />
      )}
      {source === "paste" && (
        <PasteField
          text={text}
          onChange={(next) => {
            setText(next);
            onGive(giveText(next));
          }}
        />
      )}
      {source === "file" && (
        <FileField
          count={files.length}
          onChange={(next) => {
            setFiles(next);
            onGive(giveFiles(next));
          }}
        />
      )}
    </div>
  );
}

function giveText(text: string): Given | null {
  const contents = [{ source: "", content: new Blob([text]) }];
  return text === "" ? null : { kind: "contents", contents, isTyped: true };
}

function giveFiles(files: readonly File[]): Given | null {
  const read = files.slice(0, certificateLimits.files);
  const labels = numberNames(read.map(({ name }) => name));
  const contents = read.map((content, index) => ({ source: labels[index] ?? content.name, content }));
  return contents.length === 0 ? null : { kind: "contents", contents };
}

interface ServerFieldProps {
  address: string;
  onChange: (address: string) => void;
  asking: boolean;
  error: string | undefined;
  onAsk: () => void;
}

function ServerField({ address, onChange, asking, error, onAsk }: ServerFieldProps) {
  const t = useTranslations("certificates.new");
  const isEmpty = address.trim() === "";
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
        onChange={(event) => onChange(event.target.value)}
        onKeyDown={(event) => {
          // Enter asks; it does not save what was found before.
          if (event.key !== "Enter" || event.nativeEvent.isComposing) return;
          event.preventDefault();
          if (!isEmpty) onAsk();
        }}
      />
      <Button loading={asking} disabled={isEmpty} onClick={onAsk}>
        {t("fetch")}
      </Button>
      <span role="status" className="block text-xs wrap-anywhere text-muted">
        {asking && t("fetching", { address })}
      </span>
    </div>
  );
}

interface PasteFieldProps {
  text: string;
  onChange: (text: string) => void;
}

function PasteField({ text, onChange }: PasteFieldProps) {
  const t = useTranslations("certificates.new");
  return (
    <Field label={t("text")} help={t("textHelp")} required className="max-w-none">
      {(control) => (
        <Textarea
          {...control}
          code
          rows={12}
          value={text}
          autoComplete="off"
          onChange={(event) => onChange(event.target.value)}
        />
      )}
    </Field>
  );
}

interface FileFieldProps {
  /** How many were chosen last. */
  count: number;
  onChange: (files: readonly File[]) => void;
}

function FileField({ count, onChange }: FileFieldProps) {
  const t = useTranslations("certificates.new");
  const formats = useFormats();
  const { files: maxFiles, sizeBytes } = certificateLimits;
  return (
    <div className="space-y-2">
      <FileDrop
        onFiles={(files) => {
          if (files.length > 0) onChange(files);
        }}
        chooseLabel={t("chooseFiles")}
        dropText={t("dropFiles")}
        dropNowText={t("dropNow")}
        note={t("fileNote", { count: maxFiles, size: formats.bytes(sizeBytes) })}
      />
      {count > maxFiles && (
        <p role="status" className="text-xs text-warning">
          {t("tooManyFiles", { count: maxFiles })}
        </p>
      )}
    </div>
  );
}
