import { FileDown, ShieldCheck, Trash2 } from "lucide-react";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { MenuItem, MenuLink, MenuSeparator, RowMenu } from "#components/ui/menu.tsx";
import type { BundleSummary } from "#lib/services/bundles/bundle-views.ts";
import { isCheckable, isImportable } from "./bundle-states.ts";
import { useBundlesChanged } from "./bundles-query.ts";
import { DeleteBundleDialog } from "./delete-bundle-dialog.tsx";
import { useCheckBundle } from "./use-check-bundle.ts";

interface BundleMenuProps {
  bundle: BundleSummary;
  mayWrite: boolean;
  mayStart: boolean;
}

/** What can be done with one bundle of the list. */
export function BundleMenu({ bundle, mayWrite, mayStart }: BundleMenuProps) {
  const t = useTranslations("bundles");
  const tCommon = useTranslations("common");
  const { id, name, state } = bundle;
  const [deleting, setDeleting] = useState(false);
  const changed = useBundlesChanged();
  const { check } = useCheckBundle(id, name);
  const imports = mayStart && isImportable(bundle);
  return (
    <>
      <RowMenu label={tCommon("moreActionsFor", { name })}>
        {mayWrite && (
          <MenuItem icon={<ShieldCheck aria-hidden />} disabled={!isCheckable(bundle)} onSelect={check}>
            {t("check")}
          </MenuItem>
        )}
        {imports && (
          <MenuLink icon={<FileDown aria-hidden />} href={`/bundles/${id}/import`}>
            {t("import")}
          </MenuLink>
        )}
        {mayWrite && (
          <>
            <MenuSeparator />
            <MenuItem
              icon={<Trash2 aria-hidden />}
              destructive
              disabled={state === "writing"}
              onSelect={() => setDeleting(true)}
            >
              {tCommon("delete")}
            </MenuItem>
          </>
        )}
      </RowMenu>
      <DeleteBundleDialog
        id={id}
        name={name}
        open={deleting}
        onOpenChange={setDeleting}
        onDeleted={changed}
      />
    </>
  );
}
