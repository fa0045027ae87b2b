import { createComponentBuilder } from "./component-images.ts";
import { buildFileImage } from "./file-image.ts";
import { buildGettingStartedImage } from "./getting-started-image.ts";
import { buildBundle, listRelocated, type NestedImage, type TaggedManifest } from "./imgpkg-bundles.ts";
import type { Recipe } from "./random.ts";
import type { SampleManifest } from "./sample-image.ts";
import { buildPluginImage, listPluginImages } from "./tanzu-plugins.ts";
import { findPrivateImage, listPackageFiles, pickNested } from "./tkg-bundles.ts";
import { findTkgDocument } from "./tkg-documents.ts";
import { listFurtherTkgImages } from "./tkg-releases.ts";
import {
  dependenciesText,
  gettingStartedImage,
  listDependencies,
  listTkgImages,
  type VendorImage,
} from "./vendor-lists.ts";

export interface SampleContent {
  readonly root: SampleManifest;
  /** Of a bundle: what stands in its repository besides; it comes first, so that the bundle's own tag comes last. */
  readonly relocated: readonly TaggedManifest[];
}

export interface ReleaseImage extends VendorImage {
  /** Content, made at the first call and then kept, without the bytes of its layers. */
  readonly build: () => SampleContent;
}

/**
 * All that the vendor of the demo publishes: TKG 2.1.1, the images of dependencies.txt, the plug-in group, and last what
 * TKG has besides its list: a second Kubernetes release, and the packages of both. The same recipe gives the same bytes at every run; about 200 MB at scale 1.
 */
export function generateRelease({
  seed = "drayage",
  scale = 1,
}: Partial<Recipe> = {}): readonly ReleaseImage[] {
  const recipe = { seed, scale };
  const listed = listTkgImages();
  const further = listFurtherTkgImages();
  const tkg = [...listed, ...further];
  const plugins = listPluginImages();
  const buildComponent = createComponentBuilder(recipe);

  type Built = Omit<NestedImage, "origin">;
  const built = new Map<VendorImage, Built>();
  const build = (image: VendorImage): Built => {
    const known = built.get(image);
    if (known) return known;
    const made = image.kind === "bundle" ? buildTkgBundle(image) : { manifest: buildPlain(image) };
    built.set(image, made);
    return made;
  };
  const buildPlain = (image: VendorImage): SampleManifest => {
    if (plugins.includes(image)) return buildPluginImage(image, recipe);
    if (image === gettingStartedImage) return buildGettingStartedImage(dependenciesText);
    const document = findTkgDocument(image, listed, further);
    return document ? buildFileImage([document]) : buildComponent(image.repository, image.tag);
  };
  const buildTkgBundle = (bundle: VendorImage): Built => {
    const nested = pickNested(bundle, tkg, seed).map((image): NestedImage => ({
      origin: `${image.host}/${image.repository}`,
      ...build(image),
    }));
    const own = findPrivateImage(bundle, seed);
    if (own) {
      nested.push({
        origin: `${own.host}/${own.repository}`,
        manifest: buildComponent(own.repository, own.tag),
      });
    }
    return { manifest: buildBundle(bundle.repository, listPackageFiles(bundle), nested), nested };
  };

  return [...listed, ...listDependencies(), gettingStartedImage, ...plugins, ...further].map((image) => ({
    ...image,
    build: () => {
      const { manifest, nested } = build(image);
      return { root: manifest, relocated: nested ? listRelocated(manifest, nested) : [] };
    },
  }));
}
