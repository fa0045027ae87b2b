import type {
  CertificateRef,
  ChainNote,
  ChainProblem,
  MissingIssuer,
} from "../certificates/chain-problem.ts";
import type { AddressClass } from "#lib/engine/network/classify-address.ts";
import type { NetworkErrorCode } from "#lib/engine/network/network-error.ts";
import type { EngineErrorCode } from "#lib/engine/oci/errors.ts";
import type { DoctorStep, TrustList } from "./doctor-step.ts";

/** An address that a name has. */
export interface FoundAddress {
  readonly address: string;
  readonly family: 4 | 6;
  /** To whom it leads. */
  readonly kind: AddressClass;
}

/** An address, and why no connection to it could be opened. */
export interface FailedAddress {
  readonly address: string;
  readonly failure: NetworkErrorCode;
  readonly platformCode: string | null;
}

/** A certificate that somebody has stored. */
interface StoredCertificateRef extends CertificateRef {
  /** As its owner calls it. */
  readonly name: string;
}

/** A certificate as it was presented. */
export interface PresentedCertificate extends CertificateRef {
  readonly issuer: string;
  readonly notBefore: string;
  readonly notAfter: string;
}

/** Which server is meant: `host` without brackets and port. */
interface Server {
  readonly host: string;
  readonly port: number;
}

/** What a name server did. */
interface NameQuestion {
  readonly host: string;
  /** The name servers of this machine, as it is told to ask them. */
  readonly servers: readonly string[];
}

/** One image: `host[:port]/repository:tag`. */
interface Image {
  readonly image: string;
  /** Of the three that clusters look in; `host[:port]/base/folder`. */
  readonly path: string;
}

/** An answer of HTTP that is not the wanted one. */
interface Refusal {
  readonly status: number;
  readonly ociCodes: readonly string[];
}

/** What went wrong with a request, as the engine calls it. */
interface RequestFailure {
  readonly failure: EngineErrorCode;
  readonly platformCode: string | null;
  readonly status: number | null;
}

/** One problem of a chain, and for whom it is one. */
type ChainFindings = {
  readonly [Problem in ChainProblem as `chain-${Problem["code"]}`]: Omit<Problem, "code" | "host"> & {
    readonly host: string;
    /** The lists whose clients refuse the server for it. */
    readonly lists: readonly TrustList[];
  };
};

/** What was seen, by the code of the finding. All of it survives JSON, is bounded, and holds no secret. */
export interface FindingFacts extends ChainFindings {
  /** The step was left out. */
  readonly skipped: {
    /** The step that has to succeed first; null where another reason is given. */
    readonly by: DoctorStep | null;
    /**
     * `failed`: the step in `by` has failed. `not-asked`: the question names nothing to look at, such as credentials.
     * `not-needed`: there is nothing to find out. `unverified`: it would show credentials to a server that is not
     * trusted.
     */
    readonly reason: "failed" | "not-asked" | "not-needed" | "unverified";
  };
  /** The time for the whole walk was over in this step; those after it are skipped. */
  readonly "time-over": { readonly limitMs: number };

  readonly "dns-resolved": {
    readonly host: string;
    readonly addresses: readonly FoundAddress[];
    readonly durationMs: number;
  };
  /** The host is an address, so no name has to be resolved. */
  readonly "dns-literal": { readonly host: string; readonly kind: AddressClass };
  /** All of its addresses are of IPv6, which nodes must have, too. */
  readonly "dns-ipv6-only": { readonly host: string; readonly addresses: readonly FoundAddress[] };
  /** The name leads each machine to itself, so nodes ask themselves. */
  readonly "dns-loopback": { readonly host: string; readonly addresses: readonly FoundAddress[] };
  /** Names in `.local` belong to multicast DNS (RFC 6762 section 3): systemd-resolved on nodes asks no name server. */
  readonly "dns-local-domain": { readonly host: string };
  /** The proxy resolves the name, so it was not looked up here. */
  readonly "dns-left-to-proxy": { readonly host: string; readonly proxy: string };
  readonly "dns-not-found": NameQuestion;
  /** The name is known, without an address. */
  readonly "dns-no-address": NameQuestion;
  /** No name server can be reached. */
  readonly "dns-server-unreachable": NameQuestion;
  /** No name server answers in time. */
  readonly "dns-timeout": NameQuestion & { readonly waitedMs: number };
  /** A name server answers that it failed, or will not answer. */
  readonly "dns-server-failed": NameQuestion & { readonly platformCode: string | null };
  /** The address policy forbids the host's addresses. */
  readonly "dns-address-refused": { readonly host: string; readonly addresses: readonly FoundAddress[] };

  readonly "reach-connected": Server & { readonly addresses: readonly string[]; readonly latencyMs: number };
  /** Some addresses of the name answer and others do not, so that it depends on chance who reaches the server. */
  readonly "reach-partly": Server & {
    readonly connected: readonly string[];
    readonly failed: readonly FailedAddress[];
  };
  readonly "reach-refused": Server & { readonly failed: readonly FailedAddress[] };
  readonly "reach-no-route": Server & { readonly failed: readonly FailedAddress[] };
  readonly "reach-timeout": Server & { readonly failed: readonly FailedAddress[]; readonly waitedMs: number };
  readonly "reach-failed": Server & { readonly failed: readonly FailedAddress[] };

  readonly "proxy-none": Record<string, never>;
  /** The rules of the proxy let the host be reached directly. */
  readonly "proxy-bypassed": { readonly host: string; readonly proxy: string };
  readonly "proxy-tunnel-opened": { readonly host: string; readonly proxy: string };
  readonly "proxy-invalid": Record<string, never>;
  readonly "proxy-unreachable": { readonly proxy: string; readonly platformCode: string | null };
  readonly "proxy-tls-failed": { readonly proxy: string; readonly platformCode: string | null };
  readonly "proxy-unauthorized": { readonly proxy: string; readonly credentialsSent: boolean };
  readonly "proxy-refused": {
    readonly host: string;
    readonly proxy: string;
    readonly status: number | null;
  };

  readonly "protocol-tls": Server;
  /** HTTPS was asked for, and the server speaks plain HTTP there. */
  readonly "protocol-plain-http": Server;
  /** Plain HTTP was asked for, and is spoken; nodes do not pull so unless each is told to. */
  readonly "protocol-plain-http-wanted": Server;
  /** Plain HTTP was asked for, and the server speaks TLS there. */
  readonly "protocol-tls-instead": Server;
  /** Something answers that is neither TLS nor HTTP. */
  readonly "protocol-other": Server;
  /** The connection is taken, and nothing is said. */
  readonly "protocol-silent": Server & { readonly waitedMs: number };
  /** The connection is taken, and ended without a word. */
  readonly "protocol-closed": Server & { readonly platformCode: string | null };

  readonly "tls-agreed": Server & {
    readonly protocol: string;
    readonly cipher: string | null;
    readonly durationMs: number;
    readonly certificates: readonly PresentedCertificate[];
  };
  readonly "tls-slow": Server & { readonly durationMs: number; readonly limitMs: number };
  /** `protocol`: what is spoken there at most; null where the server did not say. */
  readonly "tls-protocol-too-old": Server & { readonly protocol: string | null };
  readonly "tls-client-certificate-wanted": Server;
  /** The server ended the handshake. */
  readonly "tls-ended": Server & { readonly alert: string | null; readonly platformCode: string | null };
  /** Certificates were sent that cannot be read. */
  readonly "tls-certificates-unreadable": Server & { readonly count: number };

  readonly "trust-accepted": {
    readonly host: string;
    readonly list: TrustList;
    /** What the trust rests on. */
    readonly anchor: CertificateRef;
    /** Whether that is an authority that everybody trusts, so that nothing has to be stored. */
    readonly anchorIsCommon: boolean;
    readonly notes: readonly ChainNote[];
  };
  readonly "trust-refused": {
    readonly host: string;
    readonly list: TrustList;
    /** What stands against it; each is told by a finding `chain-<code>` of its own. */
    readonly problems: readonly ChainProblem["code"][];
  };
  /** Only some of the lists trust the server, by a certificate that the others lack. */
  readonly "trust-lists-differ": {
    readonly host: string;
    readonly trustedBy: readonly TrustList[];
    readonly missingIn: readonly TrustList[];
    readonly certificate: CertificateRef;
  };

  /** A certificate that is stored already would make these lists trust the server. */
  readonly "remedy-stored": {
    readonly host: string;
    readonly lists: readonly TrustList[];
    readonly certificate: StoredCertificateRef;
  };
  /** A certificate that the server has sent itself would do, once somebody has proven that it is the right one. */
  readonly "remedy-presented": {
    readonly host: string;
    readonly lists: readonly TrustList[];
    readonly certificate: PresentedCertificate;
  };
  /** No certificate at hand makes these lists trust the server. */
  readonly "remedy-none": {
    readonly host: string;
    readonly lists: readonly TrustList[];
    readonly missing: MissingIssuer | null;
  };

  /** What follows was seen over a connection that is not verified, without credentials. */
  readonly "api-unverified": { readonly host: string };
  readonly "api-answered": {
    readonly origin: string;
    readonly status: number;
    /** `docker-distribution-api-version`, as it was sent. */
    readonly version: string | null;
    readonly durationMs: number;
  };
  readonly "api-slow": {
    readonly origin: string;
    readonly durationMs: number;
    readonly limitMs: number;
  };
  /** `location`: where the answer came from after a redirect elsewhere, without its query; null without one. */
  readonly "api-not-a-registry": {
    readonly origin: string;
    readonly status: number;
    readonly contentType: string | null;
    readonly location: string | null;
  };
  /** A registry answers, but elsewhere. */
  readonly "api-redirected": { readonly origin: string; readonly location: string };
  readonly "api-failed": { readonly origin: string; readonly status: number };
  readonly "api-refused": { readonly origin: string; readonly status: number };
  readonly "api-rate-limited": { readonly origin: string; readonly retryAfterMs: number | null };
  readonly "api-unreachable": { readonly origin: string } & RequestFailure;

  /** The server's clock and this machine's agree. */
  readonly "clock-agrees": { readonly host: string; readonly skewSeconds: number };
  /** `skewSeconds`: how far the server's clock is ahead of this machine's. */
  readonly "clock-skewed": {
    readonly host: string;
    readonly skewSeconds: number;
    readonly serverTime: string;
    readonly ownTime: string;
    /** Whether the certificates would be valid at the time that the server tells. */
    readonly explainsValidity: boolean;
  };
  readonly "clock-unknown": { readonly host: string };

  /** Everybody is let in. */
  readonly "authentication-none": { readonly origin: string };
  /** A token is wanted, and given to whoever asks. */
  readonly "authentication-anonymous-token": {
    readonly realm: string;
    readonly service: string | null;
  };
  readonly "authentication-token-refused": {
    readonly realm: string;
    readonly service: string | null;
    readonly status: number | null;
  };
  readonly "authentication-token-unreachable": { readonly realm: string } & RequestFailure;
  readonly "authentication-basic-wanted": { readonly origin: string; readonly realm: string | null };
  /** Signing in is wanted in a way that registries do not have. */
  readonly "authentication-other-wanted": { readonly origin: string; readonly schemes: readonly string[] };

  readonly "harbor-none": { readonly origin: string };
  readonly "harbor-projects-public": { readonly projects: readonly string[] };
  readonly "harbor-project-missing": { readonly project: string };
  readonly "harbor-project-private": { readonly project: string };
  /** It is missing or private, which Harbor does not tell who is not signed in. */
  readonly "harbor-project-hidden": { readonly project: string };
  readonly "harbor-project-name-refused": { readonly project: string };
  /** It keeps what it fetches from another registry, so that nothing can be pushed to it. */
  readonly "harbor-project-proxy-cache": { readonly project: string };
  readonly "harbor-failed": { readonly origin: string } & RequestFailure;

  readonly "image-pulled": Image & {
    readonly digest: string;
    readonly mediaType: string;
    readonly sizeBytes: number;
    readonly durationMs: number;
  };
  /** It is known to have been placed there, and is not there. */
  readonly "image-missing": Image;
  /** Nothing that clusters are known to look for was found under a path. */
  readonly "images-none": { readonly path: string; readonly tried: readonly string[] };
  readonly "image-wants-credentials": Image & Refusal;
  readonly "image-forbidden": Image & Refusal;
  /** What came is not what its digest says, or no manifest. */
  readonly "image-damaged": Image & { readonly failure: EngineErrorCode };
  /** Another digest stands there than the one that was placed. */
  readonly "image-different": Image & { readonly expectedDigest: string; readonly digest: string };
  readonly "image-rate-limited": Image & { readonly retryAfterMs: number | null };
  readonly "image-failed": Image & RequestFailure;

  readonly "inventory-found": Image & { readonly digest: string };
  readonly "inventory-missing": Image;
  /** There are inventories, but none under the tag that the Tanzu CLI asks for. */
  readonly "inventory-other-tags": Image & { readonly tags: readonly string[] };
  readonly "inventory-failed": Image & RequestFailure;

  readonly "push-allowed": { readonly paths: readonly string[] };
  readonly "push-credentials-refused": { readonly path: string } & Refusal;
  readonly "push-forbidden": { readonly path: string } & Refusal;
  /** The registry takes no pushes at all at present. */
  readonly "push-read-only": { readonly path: string } & Refusal;
  readonly "push-failed": { readonly path: string } & RequestFailure;

  readonly "disk-enough": {
    readonly folder: string;
    readonly freeBytes: number;
    readonly wantedBytes: number;
  };
  readonly "disk-short": {
    readonly folder: string;
    readonly freeBytes: number;
    readonly wantedBytes: number;
  };
  readonly "disk-unknown": { readonly folder: string };

  /** `release`: `10.5`; null for one that is newer than this program. */
  readonly "vcd-answered": {
    readonly host: string;
    readonly version: string;
    readonly release: string | null;
  };
  /** `newest`: the newest version of the API that is spoken there; null when it names none. */
  readonly "vcd-version-unsupported": { readonly host: string; readonly newest: string | null };
  readonly "vcd-not-cloud-director": { readonly host: string; readonly status: number | null };
  readonly "vcd-failed": { readonly host: string } & RequestFailure;
}
