import { PackageOpen } from "lucide-react";
import { useTranslations } from "next-intl";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { BundleStartLinks } from "./bundle-start-links.tsx";

interface NoBundlesProps {
  mayWrite: boolean;
  mayStart: boolean;
}

/** Says what bundles are for, on either side of the gap. */
export function NoBundles({ mayWrite, mayStart }: NoBundlesProps) {
  const t = useTranslations("bundles");
  return (
    <EmptyState
      icon={PackageOpen}
      title={t("empty")}
      action={
        <div className="flex flex-wrap justify-center gap-2">
          <BundleStartLinks mayWrite={mayWrite} mayStart={mayStart} />
        </div>
      }
    >
      <ol className="list-decimal space-y-1 pl-5 text-left">
        <li>{t("emptyOutside")}</li>
        <li>{t("emptyCarry")}</li>
        <li>{t("emptyInside")}</li>
      </ol>
    </EmptyState>
  );
}
