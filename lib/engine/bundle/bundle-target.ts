import type { BlobUpload, ContentTarget } from "../mirror/content.ts";
import type { Descriptor } from "../oci/descriptor.ts";
import type { Digest } from "../oci/digest.ts";
import { bundleError } from "./bundle-error.ts";
import { formatSubject } from "./bundle-content.ts";
import type { BundleWriter } from "./bundle-writer.ts";

/**
 * A bundle that is being written as the side that is written. It has no repositories of its own: what one image has
 * brought, all have. Manifests are part of the layout, so that pushing one only asserts that it is foreseen.
 */
export function createBundleTarget(writer: BundleWriter): ContentTarget {
  const pushed = new Map<string, Descriptor>();
  const unforeseen = (digest: Digest) =>
    bundleError("export-differs", { operation: "write-file", file: writer.folder, digest });
  const refuse = () => Promise.reject(new Error("an export is proven as a whole, when it is finished"));
  return {
    origin: `bundle:${writer.folder}`,
    name: writer.folder,
    traffic: { requests: 0, blobBytes: 0 },
    contents: { fetchManifest: refuse, openBlob: refuse },
    // What an earlier run has written is found blob by blob, which costs nothing here.
    find: (repository, reference) => Promise.resolve(pushed.get(`${repository}:${reference}`) ?? null),
    isAbsent: () => Promise.resolve(false),
    hasBlob: (_repository, digest) => Promise.resolve(writer.has(digest)),
    startBlob(_repository, blob) {
      if (writer.has(blob.digest)) return Promise.resolve("mounted");
      if (!writer.expects(blob.digest)) return Promise.reject(unforeseen(blob.digest));
      return Promise.resolve(createUpload(writer, blob));
    },
    pushManifest(repository, reference, { descriptor }) {
      if (!writer.layout.manifests.has(descriptor.digest)) {
        return Promise.reject(unforeseen(descriptor.digest));
      }
      pushed.set(`${repository}:${reference}`, descriptor);
      return Promise.resolve();
    },
    listReferrers: (repository, digest) =>
      Promise.resolve(writer.layout.referrers.get(formatSubject(repository, digest)) ?? []),
  };
}

function createUpload(writer: BundleWriter, { digest }: Descriptor): BlobUpload {
  let written = 0;
  return {
    async write(content, offset, signal) {
      written = offset;
      for await (const chunk of content) {
        signal.throwIfAborted();
        await writer.write(digest, written, chunk);
        written += chunk.byteLength;
      }
      await writer.complete(digest);
    },
    findOffset: () => Promise.resolve(written),
    cancel: () => Promise.resolve(),
  };
}
