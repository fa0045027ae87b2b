import { parseRepository } from "#lib/engine/oci/reference.ts";
import type { LayerFile } from "./layer-content.ts";
import { pickPseudoRandom, pseudoRandomFraction } from "./random.ts";
import { isTkgDocument } from "./tkg-documents.ts";
import type { VendorImage } from "./vendor-lists.ts";

const mostListed = 3;

/** The images and bundles of the list that a bundle of it names: package repositories name packages. */
export function pickNested(bundle: VendorImage, all: readonly VendorImage[], seed: string): VendorImage[] {
  const packages = all.filter((each) => /^tkg\/packages\/core\/(?!repo$)/.test(each.repository));
  if (bundle.repository === "tkg/packages/core/repo") return packages.slice(0, mostListed);
  if (bundle.repository === "tkg/packages/management/repo") return packages.slice(-1);
  if (bundle.repository.startsWith("tkg/tkr-repository-")) {
    const name = bundle.repository.replace("tkr-repository-", "tkr-");
    return all.filter((each) => each.repository === name && each.tag === bundle.tag);
  }
  const name = bundle.repository.slice(bundle.repository.lastIndexOf("/") + 1);
  const images = all.filter((each) => each.kind === "image" && !isTkgDocument(each));
  const namesakes = images.filter((image) => image.repository.includes(name));
  const place = `${seed}/${bundle.repository}:${bundle.tag}`;
  const order = (image: VendorImage) => pseudoRandomFraction(`${place}/${image.repository}:${image.tag}`);
  const others = images
    .filter((image) => !namesakes.includes(image))
    .map((image) => ({ image, order: order(image) }))
    .sort((a, b) => a.order - b.order)
    .map(({ image }) => image);
  return [...namesakes, ...others].slice(0, pickPseudoRandom(`${place}/listed`, [2, 2, mostListed]));
}

/**
 * Of a third of the bundles: an image that its author had in a registry out of everybody's reach, so that it is found in
 * the bundle's own repository only. Null for the others.
 */
export function findPrivateImage(bundle: VendorImage, seed: string) {
  if (pseudoRandomFraction(`${seed}/${bundle.repository}:${bundle.tag}/private`) >= 1 / 3) return null;
  const repository = parseRepository(`${bundle.repository.replace(/^tkg\//, "build/")}-init`);
  return { host: "build.example.internal", repository, tag: bundle.tag };
}

/** The files of a package: what kapp-controller would apply. */
export function listPackageFiles(bundle: VendorImage): LayerFile[] {
  const name = bundle.repository.replace(/^tkg\/(?:packages\/)?/, "").replaceAll("/", "-");
  return [
    { path: "config/values.yaml", content: `#@data/values\n---\nnamespace: tkg-system\nname: ${name}\n` },
    {
      path: `packages/${name}.yml`,
      content: [
        "apiVersion: data.packaging.carvel.dev/v1alpha1",
        "kind: Package",
        `metadata:\n  name: ${name}.tanzu.vmware.com.${bundle.tag}`,
        `spec:\n  refName: ${name}.tanzu.vmware.com\n  version: ${bundle.tag}\n`,
      ].join("\n"),
    },
  ];
}
