"use client";

import { useTranslations } from "next-intl";
import { PageHeader } from "#components/ui/page-header.tsx";
import type { BundleDetail } from "#lib/services/bundles/bundle-views.ts";
import { BundleActions } from "./bundle-actions.tsx";
import { BundleCheck } from "./bundle-check.tsx";
import { BundleDetails } from "./bundle-details.tsx";
import { BundleExtraFiles } from "./bundle-extra-files.tsx";
import { BundleFiles } from "./bundle-files.tsx";
import { BundleImagesGrid } from "./bundle-images-grid.tsx";
import { BundleJobs } from "./bundle-jobs.tsx";
import { BundleReleases } from "./bundle-releases.tsx";
import { BundleStanding } from "./bundle-standing.tsx";
import { BundleStateLabel } from "./bundle-state-label.tsx";
import { UnknownKey } from "./unknown-key.tsx";
import { useBundle } from "./use-bundle.ts";

interface LiveBundleProps {
  bundle: BundleDetail;
  images: React.ComponentProps<typeof BundleImagesGrid>["initial"];
  mayWrite: boolean;
  mayStart: boolean;
}

/** A bundle with all that is known of it, kept right while it is written, uploaded or checked. */
export function LiveBundle({ bundle: initial, images, mayWrite, mayStart }: LiveBundleProps) {
  const t = useTranslations("bundles");
  const bundle = useBundle(initial);
  const { name, state, check } = bundle;
  return (
    <>
      <PageHeader
        title={name}
        trail={[{ href: "/bundles", label: t("title") }]}
        aside={<BundleStateLabel state={state} check={check} />}
        actions={<BundleActions bundle={bundle} mayWrite={mayWrite} mayStart={mayStart} />}
      />
      <BundleStanding bundle={bundle} mayWrite={mayWrite} />
      <UnknownKey bundle={bundle} mayWrite={mayWrite} />
      <BundleCheck bundle={bundle} />
      <BundleDetails bundle={bundle} />
      <BundleReleases releases={bundle.releases} />
      <BundleFiles bundle={bundle} />
      <BundleExtraFiles bundle={bundle} />
      <BundleJobs jobs={bundle.jobs} />
      {state !== "uploading" && <BundleImagesGrid bundle={bundle} initial={images} />}
    </>
  );
}
