"use client";

import { useState } from "react";
import type { BundleSummary, StoreView, UploadView } from "#lib/services/bundles/bundle-views.ts";
import { BegunUpload } from "./begun-upload.tsx";
import { UnfinishedUploads } from "./unfinished-uploads.tsx";
import { UploadForm } from "./upload-form.tsx";

interface NamedUpload {
  upload: UploadView;
  name: string;
}

interface UploadBundleProps {
  stores: readonly StoreView[];
  unfinished: readonly BundleSummary[];
  /** The unfinished one that the address names. */
  resumed: NamedUpload | null;
  /** Files that are no bundle are going to be chosen. */
  loose: boolean;
}

/** Files of a bundle, or to travel along with exports, on their way from this machine to the panel. */
export function UploadBundle({ stores, unfinished, resumed, loose }: UploadBundleProps) {
  const [begun, setBegun] = useState<(NamedUpload & { files: readonly File[] }) | null>(null);
  const shown = begun ?? resumed;
  if (shown) {
    const { upload, name } = shown;
    return (
      <BegunUpload
        key={upload.bundleId}
        bundleId={upload.bundleId}
        name={name}
        loose={upload.loose}
        files={upload.files}
        chosen={begun?.files ?? null}
      />
    );
  }
  return (
    <>
      <UnfinishedUploads uploads={unfinished} />
      <UploadForm
        stores={stores}
        loose={loose}
        onBegun={(upload, name, files) => {
          // A reload finds the upload again.
          window.history.replaceState(null, "", `/bundles/upload?bundle=${upload.bundleId}`);
          setBegun({ upload, name, files });
        }}
      />
    </>
  );
}
