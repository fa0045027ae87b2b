import type {
  EngineError,
  EngineErrorCode,
  EngineFacts,
  ReferenceProblem,
  TarProblem,
} from "../engine/oci/errors.ts";
import { formatBytes } from "./format-bytes.ts";
import { printable } from "./printable.ts";

type Sentence = (facts: EngineFacts) => string;

const problems: Record<ReferenceProblem, string> = {
  empty: "is empty",
  scheme: 'must be written without a scheme such as "https://"',
  "trailing-slash": "must not end with a slash",
  whitespace: "must not contain blanks",
  uppercase: "must be in lower case",
  "too-long": "is too long",
  "host-malformed": "is not a host name",
  "port-malformed": "has no proper port (1 to 65535)",
  "host-missing": "does not begin with a registry's host name",
  "repository-malformed": "is not a repository name",
  "tag-malformed": "has no proper tag",
  "digest-malformed": "has no proper digest (sha256: and 64 hexadecimal digits)",
  "tag-or-digest-missing": "has neither a tag nor a digest",
  "platform-malformed": "is no platform such as linux/amd64",
  columns: "is neither path:tag nor three columns (registry, path, tag)",
  "source-missing": "does not say where it comes from; give --from",
  "target-conflict": "is what an earlier line stores another image under",
};

const who = ({ registry, origin, side }: EngineFacts) => {
  const name = registry ?? origin ?? "the server";
  // A token server or a blob store is not the registry that sent us there.
  const elsewhere = origin && registry && !origin.endsWith(`//${registry}`) ? ` (through ${origin})` : "";
  return `${side === undefined ? "" : `the ${side} `}${name}${elsewhere}`;
};

const image = ({ repository, reference, digest }: EngineFacts) => {
  const name = reference ?? digest;
  if (repository === undefined) return name ?? "";
  if (name === undefined) return repository;
  return `${repository}${name.includes(":") ? "@" : ":"}${name}`;
};

const forImage = (facts: EngineFacts) => (image(facts) === "" ? "" : ` for ${image(facts)}`);

const status = (facts: EngineFacts) => {
  const codes = facts.ociCodes === undefined ? "" : `, ${facts.ociCodes.join(", ")}`;
  return facts.status === undefined ? "" : ` (HTTP ${facts.status}${codes})`;
};

/** `--from-ca`, `--to-ca`, or both when it is not known which side it is. */
const option = ({ side }: EngineFacts, name: string) =>
  side === undefined ? `--from-${name} or --to-${name}` : `--${side === "source" ? "from" : "to"}-${name}`;

/** What registries answer that keep tags from being moved: Harbor by 412, others by 409. */
const tagConflicts: ReadonlySet<number> = new Set([409, 412]);

const mend = ({ operation }: EngineFacts) =>
  operation === "get-blob" || operation === "get-manifest"
    ? "Push it there again."
    : "Look for a proxy in between that changes what is sent, and run the copy again.";

const start = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);

const sentences: Record<EngineErrorCode, Sentence> = {
  "host-not-found": (facts) =>
    `The host name of ${who(facts)} cannot be resolved. Check its spelling and the DNS server.`,
  "connection-refused": (facts) =>
    `${start(who(facts))} refuses connections. Check host and port, and whether the registry runs.`,
  "connection-lost": (facts) =>
    `The connection to ${who(facts)} broke${forImage(facts)}. Run the copy again; what arrived is kept.`,
  "host-unreachable": (facts) =>
    `There is no network route to ${who(facts)}. Check the network and firewalls.`,
  timeout: (facts) =>
    `${start(who(facts))} did not answer in time${forImage(facts)}. Check the network, a firewall or a proxy in between.`,
  "tls-untrusted": (facts) =>
    facts.platformCode === "UNSPECIFIED"
      ? `The certificate of ${who(facts)} is not strong enough, in its key or its signature. Have it issued anew, with RSA 2048 or ECDSA and SHA-256.`
      : `The certificate of ${who(facts)} is not signed by a trusted authority. Name its CA by ${option(facts, "ca")}.`,
  "tls-name-mismatch": (facts) =>
    `The certificate of ${who(facts)} is for another host name. Use the name it was made for.`,
  "tls-expired": (facts) =>
    `The certificate of ${who(facts)} is not valid at this time. Renew it, or check the clock.`,
  "tls-failed": (facts) =>
    `No TLS connection to ${who(facts)} could be agreed upon. Let it offer TLS 1.2 or newer; its log tells more.`,
  "protocol-mismatch": (facts) =>
    `${start(who(facts))} speaks the other protocol: HTTP where HTTPS was tried, or the reverse. Add or drop --from-plain-http or --to-plain-http.`,
  "redirect-refused": (facts) =>
    `${start(who(facts))} points to an address that is not safe to follow${forImage(facts)}: nothing goes from HTTPS to HTTP. Have the registry name an https:// address.`,
  "client-certificate-invalid": (facts) =>
    `The client certificate for ${who(facts)} cannot be used: it and its key must belong together, in PEM, with the right passphrase.`,
  "client-certificate-required": (facts) =>
    `${start(who(facts))} lets in only clients with a certificate of their own (mutual TLS).`,
  "client-certificate-refused": (facts) =>
    `${start(who(facts))} rejects the client certificate: it has expired or been revoked, or its authority is unknown there.`,
  "proxy-invalid": () =>
    `The proxy's address is not valid. It looks like http://proxy.example.com:3128 or https://proxy.example.com.`,
  "proxy-unreachable": (facts) =>
    `The proxy on the way to ${who(facts)} cannot be reached. Check its address, and firewalls before it.`,
  "proxy-tls-failed": (facts) =>
    `No TLS connection to the proxy on the way to ${who(facts)} could be agreed upon. Check its certificate, or use it by http://.`,
  "proxy-unauthorized": (facts) =>
    `The proxy on the way to ${who(facts)} wants a sign-in, or rejects the one it got.`,
  "proxy-refused": (facts) =>
    `The proxy refuses to connect to ${who(facts)}${status(facts)}. Have it allowed there, or reach the host without the proxy.`,
  "address-refused": (facts) =>
    facts.proxy !== undefined
      ? `The proxy ${facts.proxy} was not contacted: its address is that of no server, or of the cloud's metadata service. Name another by --proxy.`
      : `${start(who(facts))} was not contacted: the address must not be reached from here, since the registry itself does not lie there. ${option(facts, "any-address")} allows inner addresses.`,
  unauthorized: (facts) =>
    facts.credentialsSent === true
      ? `${start(who(facts))} does not accept the credentials${forImage(facts)}${status(facts)}. Check user name and password.`
      : `${start(who(facts))} wants credentials${forImage(facts)}${status(facts)}. Sign in with docker login, or name its file by ${option(facts, "auth")}.`,
  forbidden: (facts) =>
    `${start(who(facts))} denies access${forImage(facts)}${status(facts)}. Check that the project exists, ${facts.side === "source" ? "and its rights" : "its rights and its quota"}.`,
  "manifest-not-found": (facts) => `${image(facts)} is not at ${who(facts)}. Check path and tag.`,
  "blob-not-found": (facts) =>
    `A layer of ${image(facts)} is not at ${who(facts)}; the image there is incomplete. Push it there again.`,
  "repository-not-found": (facts) => `${start(who(facts))} has no repository ${image(facts)}.`,
  "rate-limited": (facts) =>
    `${start(who(facts))} limits the number of requests${forImage(facts)}${status(facts)}. Try again later.`,
  "registry-failed": (facts) =>
    `${start(who(facts))} failed${forImage(facts)}${status(facts)}. See the registry's log.`,
  "registry-refused": (facts) =>
    `${start(who(facts))} refused the request${forImage(facts)}${status(facts)}. ${
      facts.operation === "put-manifest" && tagConflicts.has(facts.status ?? 0)
        ? "The tag may be immutable: let it be moved, or choose another."
        : "See the registry's log."
    }`,
  "not-a-registry": (facts) =>
    `${start(who(facts))} is not a container registry${status(facts)}. Check host and port.`,
  "harbor-answer-invalid": (facts) =>
    `${start(who(facts))} does not answer like Harbor${status(facts)}. Something in front of it may answer instead, such as a sign-in page.`,
  "vcd-answer-invalid": (facts) =>
    `${start(who(facts))} does not answer like Cloud Director${status(facts)}. Something in front of it may answer instead, such as a sign-in page.`,
  "vcd-version-unsupported": (facts) =>
    `${start(who(facts))} speaks no version of its API that is supported here (newest: ${facts.value ?? "none"}).`,
  "vcd-unauthorized": (facts) => `${start(who(facts))} does not accept the API token${status(facts)}.`,
  "vcd-forbidden": (facts) =>
    `${start(who(facts))} does not allow this to the account${status(facts)}. It needs the right to view vmware:VCDKEConfig.`,
  "vcd-failed": (facts) => `${start(who(facts))} failed${status(facts)}. Try again later.`,
  "vcd-config-missing": (facts) =>
    `${start(who(facts))} shows no configuration of Container Service Extension. It may not be set up, or the account may not see it.`,
  "vcd-config-several": (facts) =>
    `${start(who(facts))} has ${facts.value ?? "several"} configurations of Container Service Extension. There must be exactly one.`,
  "digest-mismatch": (facts) =>
    `${image(facts)} at ${who(facts)} is not what its digest says; it is damaged. ${mend(facts)}`,
  "size-mismatch": (facts) =>
    `${image(facts)} at ${who(facts)} has ${facts.actualBytes ?? "other"} bytes instead of ${facts.expectedBytes ?? "those promised"}. ${mend(facts)}`,
  "blob-damaged": (facts) =>
    `${start(who(facts))} goes on serving other bytes than ${facts.digest ?? "a digest"} of ${image(facts)} promises, although it was sent anew: it keeps what it has under a digest. Delete the layer there (garbage collection, or its file), then copy again.`,
  "manifest-invalid": (facts) =>
    `The manifest of ${image(facts)} at ${who(facts)} is broken. Push it there again.`,
  "manifest-too-large": (facts) =>
    `The manifest of ${image(facts)} at ${who(facts)} is larger than ${facts.limit ?? 0} bytes. Registries take no larger ones: leave the image out, or split it up.`,
  "manifest-unsupported": (facts) =>
    `${image(facts)} at ${who(facts)} is of a kind that cannot be copied (${facts.mediaType ?? "unknown"}). Push it there anew by a newer tool, or leave it out.`,
  "manifest-blob-unknown": (facts) =>
    `${start(who(facts))} misses parts of ${image(facts)} that it was given. See the registry's log.`,
  "deletion-unsupported": (facts) =>
    `${start(who(facts))} does not delete ${image(facts)}${status(facts)}. Turn deletion on in the registry (distribution: storage.delete.enabled); many delete no tag alone.`,
  "tag-list-incomplete": (facts) =>
    `${start(who(facts))} does not list all tags of ${facts.repository ?? "a repository"}. See the registry's log, and look for a proxy in between that answers by itself.`,
  "platform-missing": (facts) =>
    `${image(facts)} at ${who(facts)} has no image for ${facts.platforms ?? "the platforms asked for"}. Choose another by --platform, or leave it out.`,
  "sparse-index-refused": (facts) =>
    `${start(who(facts))} does not take ${image(facts)} without its images for ${facts.platforms ?? "other platforms"}. Copy all platforms.`,
  "foreign-layers-refused": (facts) =>
    `${start(who(facts))} does not take ${image(facts)}, whose layers live elsewhere${status(facts)}. Let it accept their addresses (distribution: validation.manifests.urls.allow), or try --include-foreign.`,
  "upload-too-large": (facts) =>
    `${start(who(facts))} does not take a layer of ${image(facts)} in one piece, nor in small ones${status(facts)}. Raise the largest request body in the proxy before it.`,
  "upload-lost": (facts) =>
    `${start(who(facts))} lost an upload of ${image(facts)}${status(facts)}. Run the copy again; if the registry has several instances, they must share storage and secret.`,
  "bundle-invalid": (facts) =>
    `${image(facts)} at ${who(facts)} is marked as an imgpkg bundle, but its list of images cannot be read. Push the bundle there again.`,
  "image-too-complex": (facts) =>
    `${image(facts)} at ${who(facts)} has too many parts. No registry client would take it: check what was pushed there.`,
  "reference-invalid": (facts) => `"${facts.value ?? ""}" ${problems[facts.problem ?? "empty"]}.`,
  "list-line-invalid": (facts) =>
    `${facts.file ?? "list"}:${facts.line ?? 0}: "${facts.value ?? ""}" ${problems[facts.problem ?? "columns"]}.`,
  "list-too-large": (facts) =>
    `${facts.file ?? "The list"} is too large: 4 MiB and 20000 lines are the limit.`,
  "list-empty": (facts) => `${facts.file ?? "The list"} names no image.`,
  "tar-invalid": (facts) =>
    `${file(facts)} is not a sound tar archive: at byte ${facts.offset ?? 0}, ${tarProblems[facts.tarProblem ?? "not-a-tar"]}. Copy it again from where it was made.`,
  "bundle-not-recognized": (facts) =>
    `${file(facts)} is no bundle of a known kind: a Drayage bundle, tars of imgpkg, a Tanzu plug-in bundle, a Docker archive or an OCI image layout.`,
  "bundle-document-invalid": (facts) =>
    `${file(facts)} cannot be read${facts.field ? ` (${facts.field})` : ""}${facts.line === undefined ? "" : ` (line ${facts.line})`}. It was changed or damaged on the way: copy it again.`,
  "bundle-unfinished": (facts) =>
    `${file(facts)} holds an export that is not finished. Run the same export again; it goes on where it was.`,
  "bundle-file-missing": (facts) => `${file(facts)} is missing. Copy it from where the bundle was made.`,
  "bundle-file-truncated": (facts) =>
    `${file(facts)} is cut short: ${facts.actualBytes ?? 0} bytes instead of ${facts.expectedBytes ?? 0}. Copy it again; the disk it came on may not take files of this size.`,
  "bundle-file-packed": (facts) =>
    `${file(facts)} has been packed by gzip on the way. Unpack it (gunzip), under its own name.`,
  "bundle-file-different": (facts) =>
    `${file(facts)} is not what its checksum says. Copy it again from where the bundle was made.`,
  "bundle-file-swapped": (facts) =>
    `${file(facts)} is ${facts.actualFile ?? "another file"} under a wrong name. Rename them.`,
  "bundle-content-damaged": (facts) =>
    `${file(facts)} is damaged${facts.offset === undefined ? "" : ` at byte ${facts.offset}`}: what is there is not ${facts.digest ?? "what its digest says"}. Copy the file again; if it is so where it was made, make it again.`,
  "bundle-content-missing": (facts) =>
    `${facts.digest ?? "Something"} is not in ${file(facts)}, which should have it. Use all files of the bundle, from one export.`,
  "bundle-base-missing": (facts) =>
    `The bundle builds on "${facts.bundle ?? ""}", and ${facts.reference ?? facts.digest ?? "what that brought"} is not at ${who(facts)}. Import that bundle there first, to the same base path.`,
  "bundle-signature-invalid": (facts) =>
    `The signature of ${file(facts)} is wrong: the bundle was changed after it was signed. Do not use it.`,
  "bundle-signature-missing": (facts) =>
    `${file(facts)} is not signed, and only bundles signed with a trusted key are wanted. Have it signed, or leave --trust-key out.`,
  "bundle-key-unknown": (facts) =>
    `The bundle is signed with a key that is not known here: ${facts.fingerprint ?? ""}. If that is the key of who made it, trust it by --trust-key.`,
  "image-not-representable": (facts) =>
    `${image(facts)} cannot be written in this format (${facts.value ?? facts.mediaType ?? "unknown"}). Use the format drayage.`,
  "image-file-missing": (facts) =>
    `${image(facts)} at ${who(facts)} has no file ${facts.file ?? ""}. Check path and tag.`,
  "image-file-invalid": (facts) =>
    `${facts.file ?? "A file"} cannot be read out of ${image(facts)} at ${who(facts)}: a layer is damaged, or the file is too large or not of its kind. Push the image there again.`,
  "plugin-unknown": (facts) =>
    `The plug-in inventory has no "${facts.value ?? ""}". A group is written vendor-publisher/name[:version], a plug-in name[@target][:version].`,
  "tkg-version-unknown": (facts) =>
    `${start(who(facts))} has no TKG version "${facts.value ?? ""}".${facts.known === undefined ? "" : ` Known there: ${facts.known}.`}`,
  "tkg-compatibility-missing": (facts) =>
    `${image(facts)} at ${who(facts)} is missing or empty. Check the path under which TKG stands.`,
  "kubernetes-release-unknown": (facts) =>
    `This version of TKG does not support the Kubernetes release "${facts.value ?? ""}".`,
  "infrastructure-unknown": (facts) =>
    `This version of TKG has no packages for "${facts.value ?? ""}". Others are vsphere-nonparavirt, aws and azure.`,
  "release-document-invalid": (facts) =>
    `The document in ${image(facts)} at ${who(facts)} cannot be read${facts.field ? ` (${facts.field})` : ""}. Compare it with the vendor's, or mirror it again.`,
  "release-entry-invalid": (facts) =>
    `${image(facts)} at ${who(facts)} lists something that is no usable image (${facts.field ?? ""}): ${facts.value ?? ""}.`,
  "volume-too-small": (facts) =>
    `Volumes of ${facts.limit ?? 0} bytes are too small: ${facts.requiredBytes ?? 0} must go into one. Choose larger ones.`,
  "export-differs": (facts) =>
    `${file(facts)} holds an unfinished export of something else. Finish that one, remove it with --discard, or choose another folder.`,
  "export-in-use": (facts) =>
    `Another process is writing to this folder (${file(facts)}). Wait for it; if there is none, delete that file.`,
  "folder-occupied": (facts) => `${file(facts)} is not empty. Choose another folder.`,
  "file-changed": (facts) => `${file(facts)} was changed while it was read. Run the export again.`,
  "disk-full": (facts) =>
    facts.requiredBytes === undefined
      ? `There is no room left on the disk for ${file(facts)}. Make room and run the same command again; it goes on where it was.`
      : `There is not enough room at ${file(facts)}: ${formatBytes(facts.requiredBytes)} are needed, ${formatBytes(facts.availableBytes ?? 0)} are free.`,
  "disk-file-too-large": (facts) =>
    `${file(facts)} is larger than a file on this disk may be. Choose smaller volumes by --volume-size ("fat32" for FAT32), or another disk.`,
  "disk-failed": (facts) =>
    `${file(facts)} cannot be ${facts.operation === "write-file" ? "written" : "read"} (${facts.platformCode ?? "unknown"}). Check the disk and the rights to it.`,
  cancelled: () => "Cancelled.",
};

const file = (facts: EngineFacts) => facts.file ?? facts.bundle ?? "The bundle";

const tarProblems: Readonly<Record<TarProblem, string>> = {
  "not-a-tar": "nothing like a tar begins",
  "header-damaged": "a header is damaged",
  "cut-short": "the archive ends without its end mark",
  "name-absolute": "a name begins at the root of the disk",
  "name-climbs": "a name leads out of the archive",
  "name-malformed": "a name is malformed",
  "name-twice": "a name stands there for the second time",
  link: "there is a link, which a bundle never has",
  device: "there is a device, which a bundle never has",
  sparse: "there is a sparse file, which a bundle never has",
  "kind-unknown": "there is an entry of an unknown kind",
  "pax-malformed": "an extended header is malformed",
  "too-many-entries": "there are more entries than any bundle has",
  "entry-too-large": "an entry is larger than it may be",
};

/** An engine error as a sentence for a terminal: what happened, where, and what to do. */
export function describeFailure(error: EngineError): string {
  return printable(sentences[error.code](error.facts));
}
