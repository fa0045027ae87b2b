import type { ConfigFile } from "./config-output.ts";
import { listRequests, type ImageRequest } from "./list-requests.ts";
import type { MirrorSet } from "./mirror-set.ts";
import { pauseImage, splitLocation, type MirroredImage } from "./mirrored-image.ts";
import type { PullSecretAuths } from "./pull-secret.ts";
import { joinLocation, readWindowsHost } from "./windows-entries.ts";
import { mergeForWindows, formatWindowsHost } from "./windows-hosts.ts";

/** What a Windows node asks for an image, by one of its references. */
interface WindowsImage {
  /** `host[:port]/repository:tag` or `host[:port]/repository@digest` */
  readonly image: string;
  /** In order, until one is answered; none where nobody may say what the tag stands for. */
  readonly requests: readonly ImageRequest[];
  /** `host[:port]/repository` of the mirrors that are asked, in their order; none where only the source is. */
  readonly places: readonly string[];
  /** The first of them where the image was mirrored to; null where it is at none. */
  readonly foundAt: string | null;
}

export interface WindowsNodes {
  /** As the operator writes them: `registries/<host>/hosts.toml`, below `C:\k\containerd`. */
  readonly files: readonly ConfigFile[];
  readonly images: readonly WindowsImage[];
  /** What every pod on Windows nodes needs, whether it is among the images or not. */
  readonly pause: WindowsImage;
}

/**
 * What the Windows Machine Config Operator makes of mirror sets, and what nodes ask then.
 *
 * @param images of which each digest is shown, or each tag where there is none
 * @param auths of the cluster's pull secret; the files have credentials then, and are secret
 */
export function describeWindowsNodes(
  sets: readonly MirrorSet[],
  images: readonly MirroredImage[],
  auths: PullSecretAuths = new Map(),
): WindowsNodes {
  const hosts = new Map(mergeForWindows(sets).map((each) => [each.host, each]));
  const files = [...hosts.values()].map((each): ConfigFile => {
    const content = formatWindowsHost(each, auths);
    return {
      path: `registries/${each.host}/hosts.toml`,
      content,
      isSecret: content.includes("authorization = "),
    };
  });
  const describe = (
    { source, targets }: Pick<MirroredImage, "source" | "targets">,
    reference: { readonly tag: string } | { readonly digest: string },
  ): WindowsImage => {
    const { host, repository } = splitLocation(source);
    const found = hosts.get(host);
    const read = found === undefined ? null : readWindowsHost(found);
    // With a file that is no TOML, the mirrors are not asked.
    const mirrors = read?.ok === true && found !== undefined ? found.mirrors : [];
    const places = mirrors.map(({ location }) => joinLocation(location, repository));
    return {
      image: `${source}${"tag" in reference ? `:${reference.tag}` : `@${reference.digest}`}`,
      requests: listRequests(read, host, { repository, ...reference }, { for: "resolve" }),
      places,
      foundAt: places.find((place) => targets.includes(place)) ?? null,
    };
  };
  const pause = images.find(
    ({ source, tags }) => source === pauseImage.source && tags.includes(pauseImage.tag),
  );
  return {
    files,
    images: images.flatMap((image) => {
      const references =
        image.digests.length > 0
          ? image.digests.map((digest) => ({ digest }))
          : image.tags.map((tag) => ({ tag }));
      return references.map((reference) => describe(image, reference));
    }),
    pause: describe(pause ?? { source: pauseImage.source, targets: [] }, { tag: pauseImage.tag }),
  };
}
