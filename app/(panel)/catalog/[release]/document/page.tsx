import { Download } from "lucide-react";
import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { DocumentLines } from "#components/dependencies/document-lines.tsx";
import { EditedNote } from "#components/dependencies/edited-note.tsx";
import { Button } from "#components/ui/button.tsx";
import { PageHeader } from "#components/ui/page-header.tsx";
import { authorizePage } from "#lib/auth/authorize.ts";
import { mayRole } from "#lib/auth/permissions.ts";
import { orNotFound, pageParams } from "#lib/routes/page-input.ts";
import { releaseParams } from "#lib/schemas/releases.ts";
import { getDocument } from "#lib/services/dependencies/index.ts";

interface DocumentPageProps {
  params: Promise<unknown>;
}

export async function generateMetadata({ params }: DocumentPageProps): Promise<Metadata> {
  const access = await authorizePage("catalog.read");
  const { release } = await pageParams(params, releaseParams);
  const { name, version, file } = await orNotFound(getDocument(access, release));
  return { title: `${file} – ${name} ${version}` };
}

export default async function DocumentPage({ params }: DocumentPageProps) {
  const access = await authorizePage("catalog.read");
  const { release: id } = await pageParams(params, releaseParams);
  const [document, t, tCatalog] = await Promise.all([
    orNotFound(getDocument(access, id)),
    getTranslations("documentLines"),
    getTranslations("catalog"),
  ]);
  const mayWrite = mayRole(access.role, "catalog.write");
  return (
    <>
      <PageHeader
        title={document.file}
        description={t(mayWrite ? "help" : "helpReadOnly")}
        aside={<EditedNote edited={document.edited} />}
        trail={[
          { href: "/catalog", label: tCatalog("title") },
          { href: `/catalog/${id}`, label: `${document.name} ${document.version}` },
        ]}
        actions={
          <Button asChild>
            <a href={`/api/releases/${id}/document`} download>
              <Download aria-hidden />
              {t("download")}
            </a>
          </Button>
        }
      />
      <DocumentLines releaseId={id} document={document} mayWrite={mayWrite} />
    </>
  );
}
