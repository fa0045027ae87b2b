import { buildBundle, listRelocated, type NestedImage } from "#lib/demo/imgpkg-bundles.ts";
import { buildImage, buildIndex, buildLayer, type SampleManifest } from "#lib/demo/sample-image.ts";
import type { PublishedImage } from "#lib/engine/mirror/prune-plan.ts";
import { digestHex, type Digest } from "#lib/engine/oci/digest.ts";
import { parseTag, type Repository, type Tag } from "#lib/engine/oci/reference.ts";
import { referrersTag } from "#lib/engine/oci/referrers-endpoint.ts";
import type { RegistryClient } from "#lib/engine/oci/registry-client.ts";
import { pushSample } from "../push-sample.ts";
import { buildReferrer, buildReferrerList } from "../sample-referrer.ts";

/** A repository, what of it is not wanted any more, and what must come of it. */
export interface PruneScenario {
  readonly name: string;
  /** What stands there, in the order of pushing; a tag may be pushed to again. */
  readonly standing: readonly { readonly manifest: SampleManifest; readonly tag?: Tag }[];
  /** What names others as its subject; where the registry does not list it, it stands in a list under a tag. */
  readonly referrers: readonly { readonly subject: SampleManifest; readonly manifest: SampleManifest }[];
  readonly keep: { readonly tags: readonly Tag[]; readonly digests: readonly Digest[] };
  readonly remove: readonly PublishedImage[];
  /** What is gone afterwards, and nothing else is; but for the lists of referrers. */
  readonly gone: readonly SampleManifest[];
  /** Tags that go without their manifest, where the registry does that. */
  readonly tagsAlone: readonly Tag[];
}

/** Pushes what stands in a scenario. */
export async function fillRepository(
  client: RegistryClient,
  repository: Repository,
  { standing, referrers }: PruneScenario,
  { listsReferrers }: { readonly listsReferrers: boolean },
): Promise<void> {
  for (const { manifest, tag } of standing) {
    await pushSample(client, repository, tag ?? manifest.descriptor.digest, manifest);
  }
  for (const { manifest } of referrers) {
    await pushSample(client, repository, manifest.descriptor.digest, manifest);
  }
  if (listsReferrers) return;
  for (const { subject } of referrers) {
    const { digest } = subject.descriptor;
    const own = referrers.filter((each) => each.subject === subject).map(({ manifest }) => manifest);
    await pushSample(client, repository, referrersTag(digest), buildReferrerList(own));
  }
}

const amd64 = { os: "linux", architecture: "amd64" };

export function sampleImage(seed: string): SampleManifest {
  const layers = [buildLayer([{ path: seed, content: { seed, sizeBytes: 2_000 } }])];
  return buildImage({ format: "oci", platform: amd64, layers });
}

export function sampleIndex(...images: readonly SampleManifest[]): SampleManifest {
  return buildIndex(
    "oci",
    images.map((image, at) => ({ platform: { os: "linux", architecture: `cpu${at}` }, image })),
  );
}

const tagOf = parseTag;
const digestOf = ({ descriptor }: SampleManifest) => descriptor.digest;
const published = (tag: string, manifest: SampleManifest) => ({
  tag: tagOf(tag),
  digest: digestOf(manifest),
});
export const signatureTag = (of: SampleManifest) => tagOf(`sha256-${digestHex(digestOf(of))}.sig`);
const locationsTag = (of: SampleManifest) =>
  tagOf(`sha256-${digestHex(digestOf(of))}.image-locations.imgpkg`);

function scenario(
  name: string,
  parts: Partial<Omit<PruneScenario, "name" | "keep">> & {
    readonly keepTags?: readonly string[];
    readonly keepDigests?: readonly SampleManifest[];
  },
): PruneScenario {
  const { keepTags = [], keepDigests = [], ...rest } = parts;
  return {
    name,
    standing: [],
    referrers: [],
    remove: [],
    gone: [],
    tagsAlone: [],
    ...rest,
    keep: { tags: keepTags.map(tagOf), digests: keepDigests.map(digestOf) },
  };
}

function twoTags(): PruneScenario {
  const [image, other] = [sampleImage("two-tags"), sampleImage("alone")];
  return scenario("a digest with two tags, one kept", {
    standing: [
      { manifest: image, tag: tagOf("kept") },
      { manifest: image, tag: tagOf("unwanted") },
      { manifest: other, tag: tagOf("other") },
      { manifest: other, tag: tagOf("more") },
    ],
    keepTags: ["kept"],
    remove: [published("unwanted", image), published("other", other), published("more", other)],
    gone: [other],
    tagsAlone: [tagOf("unwanted")],
  });
}

function indexAbove(): PruneScenario {
  const [child, sibling, single] = [sampleImage("child"), sampleImage("sibling"), sampleImage("single")];
  return scenario("an index above a removed child", {
    standing: [
      { manifest: sampleIndex(child, sibling), tag: tagOf("v1") },
      { manifest: child, tag: tagOf("v1-child") },
      { manifest: single, tag: tagOf("single") },
    ],
    keepTags: ["v1"],
    remove: [published("v1-child", child), published("single", single)],
    gone: [single],
    tagsAlone: [tagOf("v1-child")],
  });
}

function sharedChild(): PruneScenario {
  const [own, shared, others] = [sampleImage("own"), sampleImage("shared"), sampleImage("others")];
  const gone = sampleIndex(own, shared);
  return scenario("a child that a kept index shares with a removed one", {
    standing: [
      { manifest: gone, tag: tagOf("v1") },
      { manifest: sampleIndex(shared, others), tag: tagOf("v2") },
    ],
    keepTags: ["v2"],
    remove: [published("v1", gone)],
    gone: [gone, own],
  });
}

function signed(): PruneScenario {
  const [gone, kept] = [sampleImage("gone"), sampleImage("kept")];
  const [goneSignature, keptSignature] = [sampleImage("signature of gone"), sampleImage("signature of kept")];
  const referrers = [gone, kept].map((subject) => ({
    subject,
    manifest: buildReferrer(subject.descriptor, `of ${digestOf(subject)}`),
  }));
  const [ofGone, ofKept] = referrers.map(({ manifest }) => manifest);
  if (!ofGone || !ofKept) throw new Error("no referrers");
  return scenario("referrers and cosign's signatures", {
    standing: [
      { manifest: gone, tag: tagOf("v1") },
      { manifest: kept, tag: tagOf("v2") },
      { manifest: goneSignature, tag: signatureTag(gone) },
      { manifest: keptSignature, tag: signatureTag(kept) },
    ],
    referrers,
    keepTags: ["v2"],
    // What refers to something kept is wanted with it, whoever put it there.
    remove: [
      published("v1", gone),
      { digest: digestOf(ofKept) },
      published(signatureTag(kept), keptSignature),
    ],
    gone: [gone, ofGone, goneSignature],
  });
}

function wantedReferrer(): PruneScenario {
  const image = sampleImage("subject");
  const manifest = buildReferrer(image.descriptor, "an SBOM that somebody tagged");
  return scenario("a referrer that somebody tagged", {
    standing: [
      { manifest: image, tag: tagOf("v1") },
      { manifest, tag: tagOf("sbom") },
    ],
    referrers: [{ subject: image, manifest }],
    remove: [published("v1", image)],
    tagsAlone: [tagOf("v1")],
  });
}

const nested = (name: string, manifest: SampleManifest, images?: readonly NestedImage[]): NestedImage => ({
  origin: `registry.example.com/${name}`,
  manifest,
  ...(images && { nested: images }),
});

function bundles(): PruneScenario {
  const [own, shared, deep, deepShared] = ["own", "shared", "deep", "deep shared"].map(sampleImage);
  if (!own || !shared || !deep || !deepShared) throw new Error("no images");
  const many = sampleIndex(sampleImage("many a"), shared);
  const innerImages = [nested("deep", deep), nested("deep-shared", deepShared)];
  const inner = buildBundle("inner", [], innerImages);
  const goneImages = [
    nested("own", own),
    nested("shared", shared),
    nested("many", many),
    nested("inner", inner, innerImages),
  ];
  const keptImages = [nested("shared", shared), nested("deep-shared", deepShared)];
  const [gone, kept] = [buildBundle("gone", [], goneImages), buildBundle("kept", [], keptImages)];
  const [goneParts, keptParts] = [listRelocated(gone, goneImages), listRelocated(kept, keptImages)];
  const stays = new Set(keptParts.map(({ manifest }) => digestOf(manifest)));
  const left = [...goneParts.map(({ manifest }) => manifest), ...many.children];
  return scenario("an imgpkg bundle whose images are another bundle's, too", {
    standing: [
      ...goneParts,
      { manifest: gone, tag: tagOf("v1") },
      ...keptParts,
      { manifest: kept, tag: tagOf("v2") },
    ],
    keepTags: ["v2"],
    remove: [published("v1", gone)],
    gone: left.filter((manifest) => !stays.has(digestOf(manifest))),
  });
}

function equalLists(): PruneScenario {
  const images = [nested("image", sampleImage("of both"))];
  const [gone, kept] = ["1", "2"].map((text) =>
    buildBundle(text, [{ path: "config.yml", content: text }], images),
  );
  if (!gone || !kept) throw new Error("no bundles");
  return scenario("two bundles with the same list of locations", {
    standing: [
      ...listRelocated(gone, images),
      { manifest: gone, tag: tagOf("v1") },
      ...listRelocated(kept, images),
      { manifest: kept, tag: tagOf("v2") },
    ],
    keepTags: ["v2"],
    remove: [published("v1", gone)],
    gone: [gone],
    tagsAlone: [locationsTag(gone)],
  });
}

function otherOrganization(): PruneScenario {
  const [ours, theirs, common] = [sampleImage("ours"), sampleImage("theirs"), sampleImage("common")];
  return scenario("another organization's tags", {
    standing: [
      { manifest: ours, tag: tagOf("ours") },
      { manifest: theirs, tag: tagOf("theirs") },
      { manifest: common, tag: tagOf("common-ours") },
      { manifest: common, tag: tagOf("common-theirs") },
    ],
    keepTags: ["theirs", "common-theirs"],
    remove: [published("ours", ours), published("common-ours", common)],
    gone: [ours],
    tagsAlone: [tagOf("common-ours")],
  });
}

function unknownTags(): PruneScenario {
  const [child, own, bundled] = [sampleImage("child"), sampleImage("own"), sampleImage("bundled")];
  const gone = sampleIndex(child, own);
  const images = [nested("bundled", bundled)];
  const theirs = buildBundle("theirs", [], images);
  return scenario("tags of somebody else, above what is removed", {
    standing: [
      { manifest: gone, tag: tagOf("v1") },
      { manifest: sampleIndex(child), tag: tagOf("theirs") },
      { manifest: bundled, tag: tagOf("bundled") },
      // Pushed, not copied: its image has no tag of the bundle's.
      { manifest: theirs, tag: tagOf("their-bundle") },
    ],
    remove: [published("v1", gone), published("bundled", bundled)],
    gone: [gone, own],
    tagsAlone: [tagOf("bundled")],
  });
}

function movedTag(): PruneScenario {
  const [ours, theirs] = [sampleImage("as we published it"), sampleImage("as somebody moved it")];
  return scenario("a tag that somebody has moved", {
    standing: [
      { manifest: ours, tag: tagOf("v1") },
      { manifest: theirs, tag: tagOf("v1") },
    ],
    remove: [published("v1", ours)],
    gone: [ours],
  });
}

function wantedByDigest(): PruneScenario {
  const [wanted, own] = [sampleImage("wanted by digest"), sampleImage("own")];
  const gone = sampleIndex(wanted, own);
  return scenario("an image that is wanted by its digest", {
    standing: [{ manifest: gone, tag: tagOf("v1") }],
    keepDigests: [wanted],
    remove: [published("v1", gone)],
    gone: [gone, own],
  });
}

function orphanedBundle(): PruneScenario {
  const shared = sampleImage("of a bundle without a tag of its own");
  const images = [nested("shared", shared)];
  const orphan = buildBundle("orphan", [], images);
  return scenario("a bundle that only imgpkg's own tags hold", {
    standing: [...listRelocated(orphan, images), { manifest: shared, tag: tagOf("v1") }],
    remove: [published("v1", shared)],
    tagsAlone: [tagOf("v1")],
  });
}

export const pruneScenarios: readonly PruneScenario[] = [
  twoTags(),
  indexAbove(),
  sharedChild(),
  signed(),
  wantedReferrer(),
  bundles(),
  equalLists(),
  otherOrganization(),
  unknownTags(),
  movedTag(),
  wantedByDigest(),
  orphanedBundle(),
];
