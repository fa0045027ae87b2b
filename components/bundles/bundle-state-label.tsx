import { CircleDashed, FileQuestion, LoaderCircle, type LucideIcon, Upload } from "lucide-react";
import { useTranslations } from "next-intl";
import { StatusLabel } from "#components/ui/badge.tsx";
import type { Status } from "#components/ui/status.tsx";
import type { BundleState } from "#lib/db/generated/enums.ts";
import { useFormats } from "#lib/i18n/use-formats.ts";
import type { BundleSummary } from "#lib/services/bundles/bundle-views.ts";

interface Look {
  status: Status;
  icon?: LucideIcon;
  busy?: boolean;
}

const looks: Readonly<Record<BundleState, Look>> = {
  uploading: { status: "info", icon: Upload },
  writing: { status: "info", icon: LoaderCircle, busy: true },
  unfinished: { status: "warning", icon: CircleDashed },
  unchecked: { status: "neutral" },
  sound: { status: "success" },
  damaged: { status: "danger" },
  missing: { status: "danger", icon: FileQuestion },
};

const checking: Look = { status: "info", icon: LoaderCircle, busy: true };

/** How a bundle stands; while it is checked, how far that is. */
export function BundleStateLabel({ state, check }: Pick<BundleSummary, "state" | "check">) {
  const t = useTranslations("states.bundle");
  const tBundles = useTranslations("bundles");
  const formats = useFormats();
  return (
    <StatusLabel {...(check ? checking : looks[state])} className="font-medium whitespace-nowrap">
      {check === null
        ? t(state)
        : check.totalBytes === 0
          ? tBundles("checkWaits")
          : tBundles("checking", { share: formats.percent(check.doneBytes / check.totalBytes) })}
    </StatusLabel>
  );
}
