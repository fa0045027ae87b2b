import { stringify as stringifyYaml } from "yaml";
import { makeFileImage, type MadeImage } from "./file-image.ts";

/** Where imgpkg found an image of a bundle, as the bundle's lock file names it. */
export interface ImageLocation {
  readonly image: string;
  readonly isBundle: boolean;
}

/** The file that imgpkg looks for in the image. */
const locationsFile = "image-locations.yml";

/**
 * The image that tells imgpkg which of a bundle's images are bundles, so that it need not look at each of them: one
 * layer with one file. The same locations always make the same image.
 *
 * https://github.com/carvel-dev/imgpkg/blob/develop/pkg/imgpkg/bundle/locations_configs.go
 */
export async function buildImageLocations(locations: readonly ImageLocation[]): Promise<MadeImage> {
  const images = [...locations].sort((a, b) => (a.image < b.image ? -1 : 1));
  const document = { apiVersion: "imgpkg.carvel.dev/v1alpha1", images, kind: "ImageLocations" };
  return makeFileImage(locationsFile, `---\n${stringifyYaml(document)}`);
}
