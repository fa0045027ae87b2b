import type { MessageCause } from "./known-message.ts";

/** How a message is recognized. */
export interface MessageRule {
  readonly cause: MessageCause;
  /** Any of these has to stand in a line: texts are searched, which is quick whatever the text. */
  readonly texts: readonly string[];
  /** Then this has to match the line, too. Lines are cut, and no pattern here looks twice at a character. */
  readonly pattern?: RegExp;
  /** In the same line these say less. */
  readonly overrides?: readonly MessageCause[];
}

/** What comes of a name, a route or a server, when it is in truth somebody else's. */
const connecting = ["timeout", "refused", "no-route", "connection-broken", "name-not-found"] as const;

/**
 * The words of Go's libraries (crypto/x509, crypto/tls, net, net/http), containerd, Docker, kubelet, skopeo and podman,
 * imgpkg, the Tanzu CLI, registries and Harbor, OpenSSL, curl and Node.
 */
export const messageRules: readonly MessageRule[] = [
  {
    cause: "authority-key-differs",
    texts: ["while trying to verify candidate authority certificate"],
    overrides: ["unknown-authority"],
  },
  {
    cause: "unknown-authority",
    texts: [
      "certificate signed by unknown authority",
      "certificate is not trusted",
      "unable to get local issuer certificate",
      "unable to get issuer certificate",
      "unable to verify the first certificate",
      "self-signed certificate",
      "self signed certificate",
      "SELF_SIGNED_CERT_IN_CHAIN",
      "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
      "UNABLE_TO_GET_ISSUER_CERT_LOCALLY",
    ],
  },
  {
    cause: "name-mismatch",
    texts: [
      "certificate is valid for ",
      "certificate is not valid for any names",
      "does not match certificate's altnames",
      "no alternative certificate subject name matches",
      "does not match target host name",
    ],
  },
  { cause: "common-name", texts: ["relies on legacy Common Name field"], overrides: ["name-mismatch"] },
  { cause: "no-ip-names", texts: ["doesn't contain any IP SANs"], overrides: ["name-mismatch"] },
  {
    cause: "not-yet-valid",
    texts: ["certificate has expired or is not yet valid", "certificate is not yet valid"],
    pattern: / is before |certificate is not yet valid/,
    overrides: ["expired"],
  },
  {
    cause: "expired",
    texts: ["certificate has expired", "CERT_HAS_EXPIRED", "expired certificate"],
  },
  {
    cause: "not-an-authority",
    texts: [
      "certificate is not authorized to sign other certificates",
      "parent certificate cannot sign this kind of certificate",
      "certificate specifies an incompatible key usage",
      "issuer name does not match subject from issuing certificate",
      "too many intermediates for path length constraint",
      "invalid CA certificate",
    ],
  },
  {
    cause: "weak-signature",
    texts: [
      "cannot verify signature: insecure algorithm",
      "CA signature digest algorithm too weak",
      "key too small",
    ],
  },
  {
    cause: "plain-http",
    texts: [
      "server gave HTTP response to HTTPS client",
      "first record does not look like a TLS handshake",
      "wrong version number",
    ],
    overrides: ["proxy-failed"],
  },
  {
    cause: "tls-expected",
    texts: [
      "Client sent an HTTP request to an HTTPS server",
      "plain HTTP request was sent to HTTPS port",
      'malformed HTTP response "\\x15\\x03',
    ],
  },
  {
    cause: "client-certificate-wanted",
    texts: ["tls: certificate required", "tls: bad certificate", "tlsv13 alert certificate required"],
  },
  {
    cause: "tls-too-old",
    texts: [
      "protocol version not supported",
      "tlsv1 alert protocol version",
      "unsupported protocol",
      "server selected unsupported protocol version",
    ],
    pattern: /\b(?:tls|ssl|TLS|SSL)/,
    overrides: ["tls-refused"],
  },
  {
    cause: "tls-refused",
    texts: [
      "remote error: tls: handshake failure",
      "remote error: tls: internal error",
      "remote error: tls: unrecognized name",
      "remote error: tls: unknown certificate authority",
      "sslv3 alert handshake failure",
    ],
  },
  { cause: "no-credentials", texts: ["no basic auth credentials"], overrides: ["unauthorized"] },
  {
    cause: "project-missing",
    texts: ['"message":"project ', "NOT_FOUND: project ", ": project "],
    pattern: /\bproject \S{1,255} not found/,
    overrides: ["manifest-unknown", "repository-unknown", "unauthorized"],
  },
  {
    cause: "denied",
    texts: [
      "requested access to the resource is denied",
      "pull access denied",
      "DENIED",
      "denied: ",
      "403 Forbidden",
    ],
    // AppArmor's word for what it keeps a process from, of which the log of a node is full.
    pattern: /(?<!permission )denied|(?<!apparmor=")DENIED|403/,
    overrides: ["unauthorized"],
  },
  {
    cause: "unauthorized",
    texts: [
      "unauthorized",
      "UNAUTHORIZED",
      "Unauthorized",
      "authentication required",
      "failed to fetch anonymous token",
      "insufficient_scope",
    ],
  },
  {
    cause: "rate-limited",
    texts: ["toomanyrequests", "TOOMANYREQUESTS", "Too Many Requests", "pull rate limit"],
    overrides: ["denied", "unauthorized"],
  },
  {
    cause: "rate-limited",
    texts: ["429"],
    pattern: /(?:status|code|HTTP|response|error)[^\d\n]{0,24}429(?!\d)|: 429(?!\d)/i,
    overrides: ["denied", "unauthorized"],
  },
  {
    cause: "platform-missing",
    texts: [
      "no match for platform in manifest",
      "no matching manifest for ",
      "no image found in image index for architecture",
      "no image found in manifest list for architecture",
      "does not match the specified platform",
    ],
    overrides: ["manifest-unknown"],
  },
  {
    cause: "repository-unknown",
    texts: [
      "NAME_UNKNOWN",
      "name unknown",
      "repository name not known to registry",
      "repository does not exist",
    ],
    overrides: ["manifest-unknown", "denied"],
  },
  {
    cause: "manifest-unknown",
    texts: ["manifest unknown", "MANIFEST_UNKNOWN", "manifest tagged by"],
  },
  {
    cause: "manifest-unknown",
    texts: [": not found"],
    pattern: /(?:resolve reference|unpack image|manifests\/|manifest for )[^\n]{0,1200}: not found/,
  },
  {
    cause: "proxy-unauthorized",
    texts: ["Proxy Authentication Required", "proxy authentication required"],
    overrides: ["proxy-failed", "unauthorized"],
  },
  {
    cause: "proxy-failed",
    texts: ["proxyconnect tcp"],
    overrides: [...connecting, "name-server-failed", "plain-http"],
  },
  {
    cause: "name-server-failed",
    texts: ["server misbehaving", "Temporary failure in name resolution", "EAI_AGAIN"],
    overrides: connecting,
  },
  {
    cause: "name-server-failed",
    texts: ["lookup "],
    pattern:
      /lookup [^\s:]{1,253}(?: on \S{1,80})?: [^\n]{0,200}(?:i\/o timeout|connection refused|no route to host)/,
    overrides: connecting,
  },
  {
    cause: "name-not-found",
    texts: ["no such host", "Name or service not known", "Could not resolve host", "ENOTFOUND", "NXDOMAIN"],
    overrides: ["timeout"],
  },
  {
    cause: "timeout",
    texts: [
      "i/o timeout",
      "context deadline exceeded",
      "Client.Timeout exceeded",
      "TLS handshake timeout",
      "timeout awaiting response headers",
      "connection timed out",
      "Connection timed out",
      "ETIMEDOUT",
    ],
  },
  { cause: "refused", texts: ["connection refused", "Connection refused", "ECONNREFUSED"] },
  {
    cause: "no-route",
    texts: [
      "no route to host",
      "No route to host",
      "network is unreachable",
      "Network is unreachable",
      "EHOSTUNREACH",
    ],
  },
  {
    cause: "connection-broken",
    texts: [
      "unexpected EOF",
      "connection reset by peer",
      "Connection reset by peer",
      "ECONNRESET",
      "broken pipe",
    ],
  },
  { cause: "connection-broken", texts: [": EOF"], pattern: /: EOF(?![A-Za-z])/ },
  {
    cause: "body-too-large",
    texts: ["413 Request Entity Too Large", "Request Entity Too Large", "413 Payload Too Large"],
  },
  {
    cause: "quota-exceeded",
    texts: [
      "of storage resource, which when updated to current usage",
      "will exceed the configured upper limit",
    ],
    overrides: ["denied"],
  },
  { cause: "tag-immutable", texts: ["configured as immutable"], overrides: ["denied"] },
  {
    cause: "server-failed",
    texts: ["500 Internal Server Error", "502 Bad Gateway", "503 Service Unavailable", "504 Gateway Time"],
    overrides: ["unauthorized"],
  },
  {
    cause: "disk-full",
    texts: ["no space left on device", "No space left on device", "ENOSPC", "DiskPressure"],
  },
  { cause: "wrong-architecture", texts: ["exec format error", "Exec format error"] },
  {
    cause: "digest-differs",
    texts: [
      "unexpected commit digest",
      "Digest did not match",
      "filesystem layer verification failed",
      "does not match provided manifest digest",
    ],
  },
  {
    cause: "old-manifest",
    texts: [
      "manifest.v1+prettyjws",
      "Image Manifest V2, Schema 1",
      "schema 1 manifests are no longer supported",
      "unsupported schema version 1",
    ],
  },
  {
    cause: "reference-malformed",
    texts: [
      "InvalidImageName",
      "couldn't parse image reference",
      "invalid reference format",
      "could not parse reference",
    ],
  },
  { cause: "bundle-flag", texts: ["Expected bundle flag when copying a bundle"] },
  { cause: "image-flag", texts: ["Expected bundle image but found plain image", "Use -i instead of -b"] },
  {
    cause: "plugin-inventory",
    texts: ["plugins discovery image resolution failed", "Unable to resolve the plugin discovery image"],
  },
  {
    cause: "inventory-signature",
    texts: ["plugins discovery image signature verification failed", "no matching signatures"],
  },
  {
    cause: "pull-failed",
    texts: ["ErrImagePull", "ImagePullBackOff", "Back-off pulling image", "Failed to pull image"],
  },
];
