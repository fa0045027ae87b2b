import { PackagePlus, Upload } from "lucide-react";
import { useTranslations } from "next-intl";
import { ButtonLink } from "#components/ui/button.tsx";

interface BundleStartLinksProps {
  mayWrite: boolean;
  mayStart: boolean;
}

/** The two ways to a bundle: out on one side of the gap, in on the other. */
export function BundleStartLinks({ mayWrite, mayStart }: BundleStartLinksProps) {
  const t = useTranslations("bundles");
  return (
    <>
      {mayStart && (
        <ButtonLink href="/bundles/export" variant="primary" icon={<PackagePlus aria-hidden />}>
          {t("export")}
        </ButtonLink>
      )}
      {mayWrite && (
        <ButtonLink href="/bundles/upload" icon={<Upload aria-hidden />}>
          {t("upload")}
        </ButtonLink>
      )}
    </>
  );
}
