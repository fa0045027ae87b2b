import { BundleWriter } from "#lib/engine/bundle/bundle-writer.ts";
import { pinImages, type ExportImage } from "#lib/engine/bundle/export-layout.ts";
import { layOutImgpkg } from "#lib/engine/bundle/imgpkg/lay-out-imgpkg.ts";
import { readConfigs } from "#lib/engine/bundle/imgpkg/read-configs.ts";
import { writeBundle } from "#lib/engine/bundle/write-bundle.ts";
import type { ContentScope } from "#lib/engine/mirror/content-scope.ts";
import { createPlanSession } from "#lib/engine/mirror/plan-session.ts";
import { sampleMaking, type SampleSource } from "./sample-source.ts";

/** Lays out images of a source in imgpkg's format. */
export async function layOutSample({ source }: SampleSource, images: readonly ExportImage[]) {
  const configs = await readConfigs(
    images.map(({ plan }) => plan),
    createPlanSession({ source }),
  );
  return layOutImgpkg(images, configs);
}

/** Writes images of a source into a folder as tars of imgpkg's. */
export async function writeImgpkgFolder(
  folder: string,
  sample: SampleSource,
  only?: readonly string[],
  scope: ContentScope = {},
) {
  const layout = await layOutSample(sample, await sample.plan(only, scope));
  const writer = await BundleWriter.open(folder, layout, pinImages(layout.images));
  try {
    const written = await writeBundle(writer, {
      making: sampleMaking,
      session: { source: sample.source, scope },
      files: [],
      onFailure: (_image, error) => {
        throw error;
      },
      signal: new AbortController().signal,
    });
    return { layout, ...written };
  } finally {
    await writer.close();
  }
}
