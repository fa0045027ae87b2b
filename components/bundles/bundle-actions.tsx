import { FileDown, ShieldCheck, Trash2 } from "lucide-react";
import { useTranslations } from "next-intl";
import { useRouter } from "next/navigation";
import { useState } from "react";
import { Button, ButtonLink } from "#components/ui/button.tsx";
import type { BundleDetail } from "#lib/services/bundles/bundle-views.ts";
import { isCheckable, isImportable } from "./bundle-states.ts";
import { DeleteBundleDialog } from "./delete-bundle-dialog.tsx";
import { useCheckBundle } from "./use-check-bundle.ts";

interface BundleActionsProps {
  bundle: BundleDetail;
  mayWrite: boolean;
  mayStart: boolean;
}

/** The buttons of a bundle's page. */
export function BundleActions({ bundle, mayWrite, mayStart }: BundleActionsProps) {
  const t = useTranslations("bundles");
  const tCommon = useTranslations("common");
  const router = useRouter();
  const { id, name, state } = bundle;
  const [deleting, setDeleting] = useState(false);
  const { check, pending } = useCheckBundle(id, name);
  return (
    <>
      {mayStart && isImportable(bundle) && (
        <ButtonLink href={`/bundles/${id}/import`} variant="primary" icon={<FileDown aria-hidden />}>
          {t("import")}
        </ButtonLink>
      )}
      {mayWrite && isCheckable(bundle) && (
        <Button icon={<ShieldCheck aria-hidden />} loading={pending} onClick={check}>
          {t(bundle.checkedAt === null ? "check" : "checkAgain")}
        </Button>
      )}
      {mayWrite && state !== "writing" && (
        <>
          <Button variant="danger-outline" icon={<Trash2 aria-hidden />} onClick={() => setDeleting(true)}>
            {tCommon("delete")}
          </Button>
          <DeleteBundleDialog
            id={id}
            name={name}
            open={deleting}
            onOpenChange={setDeleting}
            onDeleted={() => router.push("/bundles")}
          />
        </>
      )}
    </>
  );
}
