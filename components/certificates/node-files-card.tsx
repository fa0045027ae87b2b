import { useTranslations } from "next-intl";
import { Alert } from "#components/ui/alert.tsx";
import { Card } from "#components/ui/card.tsx";
import { Code } from "#components/ui/code.tsx";
import { CopyButton } from "#components/ui/copy-button.tsx";
import type { CertificateDetail, NodeFileView } from "#lib/schemas/certificates.ts";

/** The files that a certificate becomes on nodes, by who makes the nodes. */
export function NodeFilesCard({ certificate }: { certificate: Pick<CertificateDetail, "nodeFiles"> }) {
  const t = useTranslations("certificates");
  const { nodeFiles } = certificate;
  const isInCluster = nodeFiles.some(({ consumer }) => consumer === "cse");
  return (
    <Card title={t("page.nodeFiles")} flush>
      <p className="border-b border-line px-4 py-2 text-xs text-muted">{t("page.nodeFilesHelp")}</p>
      <div className="divide-y divide-line">
        {!isInCluster && (
          <p className="px-4 py-3 text-compact text-muted">
            {t("page.notInCluster", { list: t("lists.cluster") })}
          </p>
        )}
        {nodeFiles.map((file) => (
          <File key={file.consumer} file={file} />
        ))}
      </div>
    </Card>
  );
}

function File({ file }: { file: NodeFileView }) {
  const t = useTranslations("certificates.page");
  const { consumer, writtenTo, foundAt, isCrowded, checks } = file;
  const elsewhere = foundAt.filter(({ path }) => path !== writtenTo);
  return (
    <section className="space-y-2 px-4 py-3">
      <h3 className="text-compact font-semibold">{t(`consumers.${consumer}`)}</h3>
      <p className="text-xs text-muted">{t(`consumerHelp.${consumer}`)}</p>
      <ul className="text-compact">
        <li>
          <Code>{writtenTo}</Code>
        </li>
        {elsewhere.map(({ path, system }) => (
          <li key={path}>
            <Code>{path}</Code> <span className="text-xs text-muted">{t(`systems.${system}`)}</span>
          </li>
        ))}
      </ul>
      {isCrowded && (
        <Alert status="info" compact live="off">
          {t("crowded")}
        </Alert>
      )}
      <div className="rounded border border-line bg-sunken px-3 py-2">
        <p className="text-xs text-muted">{t("commands")}</p>
        <ul className="space-y-1">
          {checks.map((command) => (
            <li key={command} className="flex items-start gap-1">
              <Code className="min-w-0 flex-1 pt-1">{command}</Code>
              <CopyButton value={command} />
            </li>
          ))}
        </ul>
      </div>
    </section>
  );
}
