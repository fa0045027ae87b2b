import { useTranslations } from "next-intl";
import { useState } from "react";
import { Alert } from "#components/ui/alert.tsx";
import { Card } from "#components/ui/card.tsx";
import { Code } from "#components/ui/code.tsx";
import { FileDrop } from "#components/ui/file-drop.tsx";
import type { BundleFileView } from "#lib/services/bundles/bundle-views.ts";
import { CancelUpload } from "./cancel-upload.tsx";
import { matchFiles } from "./match-files.ts";
import { SendingUpload } from "./sending-upload.tsx";
import { UploadFiles } from "./upload-files.tsx";

interface BegunUploadProps {
  bundleId: string;
  name: string;
  /** No bundle comes of it. */
  loose: boolean;
  /** As far as they are. */
  files: readonly BundleFileView[];
  /** What was chosen a moment ago; null when the upload was begun by another page. */
  chosen: readonly File[] | null;
}

/** An upload that the panel knows of: a page that has the files sends them, any other asks for them again. */
export function BegunUpload({ bundleId, name, loose, files, chosen }: BegunUploadProps) {
  const [given, setGiven] = useState<readonly File[]>(chosen ?? []);
  const matched = matchFiles(files, given);
  if (matched.lacking.length === 0) {
    return (
      <SendingUpload bundleId={bundleId} name={name} loose={loose} files={files} chosen={matched.wanted} />
    );
  }
  return (
    <ChooseAgain
      bundleId={bundleId}
      name={name}
      files={files}
      matched={matched}
      onFiles={(added) => {
        const others = given.filter((file) => !added.some((one) => one.name === file.name));
        setGiven([...others, ...added]);
      }}
    />
  );
}

interface ChooseAgainProps {
  bundleId: string;
  name: string;
  files: readonly BundleFileView[];
  matched: ReturnType<typeof matchFiles>;
  onFiles: (files: readonly File[]) => void;
}

function ChooseAgain({ bundleId, name, files, matched, onFiles }: ChooseAgainProps) {
  const t = useTranslations("bundles.uploads");
  const { wanted, lacking, different, needless } = matched;
  return (
    <Card
      title={<span className="wrap-anywhere">{t("resumeName", { name })}</span>}
      footer={<CancelUpload bundleId={bundleId} name={name} onConfirmed={() => undefined} />}
    >
      <div className="space-y-4">
        <Alert status="info" live="off" title={t("resumeTitle")}>
          {t("resumeHelp")}
        </Alert>
        <FileDrop
          onFiles={onFiles}
          chooseLabel={t("choose")}
          dropText={t("drop")}
          dropNowText={t("dropNow")}
          note={t("resumeNote")}
        />
        {different.length > 0 && (
          <Alert status="danger" title={t("different")}>
            <Names names={different} />
          </Alert>
        )}
        {needless.length > 0 && (
          <Alert status="info" title={t("needless")}>
            <Names names={needless} />
          </Alert>
        )}
        {wanted.size > 0 && (
          <Alert status="warning" title={t("lacking", { count: lacking.length })} live="polite">
            <Names names={lacking} />
          </Alert>
        )}
        <UploadFiles files={files} current={null} />
      </div>
    </Card>
  );
}

const maxNames = 20;

function Names({ names }: { names: readonly string[] }) {
  const t = useTranslations("bundles.uploads");
  return (
    <ul>
      {names.slice(0, maxNames).map((name) => (
        <li key={name}>
          <Code>{name}</Code>
        </li>
      ))}
      {names.length > maxNames && <li>{t("moreNames", { count: names.length - maxNames })}</li>}
    </ul>
  );
}
