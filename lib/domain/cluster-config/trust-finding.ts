import type { TrustEncoding } from "#lib/domain/certificates/node-files.ts";
import type { ConfigFinding, ConfigSeverity } from "./config-finding.ts";

/** A certificate, as far as it is told of. */
interface CertificateFacts {
  readonly fingerprint: string;
  readonly subject: string;
}

/** The facts of each rule. No value that was pasted is in them, but names. */
interface TrustFacts {
  // The text.
  "too-large": object;
  "not-yaml": { readonly line: number };
  "key-twice": { readonly line: number };
  /** Nothing in it is an object or a variable that these rules are for. */
  "nothing-recognized": object;
  /** Nothing else is looked at with one in it. `form` is a `PrivateKeyForm`. */
  "private-key": { readonly form: string; readonly line: number };
  /** Line ends of Windows: in the text from that line on, or, with 0, in the PEM that a value decodes to. */
  "carriage-returns": { readonly line: number };
  /** A field that the API does not have there. */
  "field-unknown": { readonly field: string };
  /** A field that is missing, or has something else than the API wants. */
  "field-wrong": { readonly field: string };

  // How certificates are encoded.
  "plain-pem": { readonly expected: TrustEncoding };
  "encoded-too-often": { readonly wanted: number; readonly found: number };
  "encoded-too-seldom": { readonly wanted: number; readonly found: number };
  /** A TanzuKubernetesCluster's, in base64 twice: right for some versions only. */
  "encoding-by-version": object;
  "der-instead-of-pem": object;
  /** BEGIN or END is in no line of its own: what is read here, programs on nodes do not find. */
  "pem-lines-lost": object;
  /** Base64 with line ends or blanks in it, where one line is wanted. */
  "base64-broken": object;
  /** What documents and templates have there: `base64-encoded string of …`, `<data>`. */
  "value-placeholder": object;
  "no-certificate": object;
  /** Something in the value that was meant to be a certificate is none; `problem` is a `ReadingProblemCode`. */
  "certificate-unreadable": { readonly problem: string };

  // What the certificates are.
  "leaf-instead-of-ca": CertificateFacts & { readonly issuer: string };
  "self-signed-leaf": CertificateFacts;
  expired: CertificateFacts & { readonly notAfter: string; readonly days: number };
  "not-yet-valid": CertificateFacts & { readonly notBefore: string; readonly days: number };
  "expires-soon": CertificateFacts & { readonly notAfter: string; readonly days: number };
  /** Verifiers refuse it; `finding` is a `CertificateFindingCode`. */
  "certificate-refused": CertificateFacts & { readonly finding: string };

  // Their names.
  "name-rule": { readonly name: string; readonly problem: string };
  /** What a template would have replaced: `cert.name`, `{{ name }}`, `<name>`. */
  "name-placeholder": { readonly name: string };
  "name-twice": { readonly name: string };
  "certificate-twice": { readonly name: string; readonly other: string };
  /** TKG's ClusterClasses look for `imageRepository` and `proxy` only. */
  "name-not-fixed": { readonly name: string };

  // A Supervisor's cluster and its Secret.
  "trust-secret-missing": { readonly secret: string };
  "trust-secret-name-differs": { readonly secret: string; readonly expected: string };
  "trust-secret-namespace-differs": {
    readonly secret: string;
    readonly namespace: string;
    readonly expected: string;
  };
  "trust-secret-key-missing": { readonly secret: string; readonly key: string };
  "trust-secret-key-unused": { readonly secret: string; readonly key: string };
  "trust-secret-type": { readonly type: string };

  /** Of OpenShift's ConfigMap; `expected` is "" where no registry can be made out of the key. */
  "trust-key-malformed": { readonly key: string; readonly expected: string };

  // The proxy.
  "proxy-incomplete": { readonly missing: string };
  "proxy-format": { readonly field: string };
  /** Blanks between two entries, which become part of them. */
  "no-proxy-blanks": object;
  "proxy-takes-registry": { readonly host: string };

  // Variables of Tanzu Kubernetes Grid.
  "repository-scheme": { readonly variable: string };
  "repository-trailing-slash": { readonly variable: string };
  /** `problem` is a `ReferenceProblem`. */
  "repository-format": { readonly variable: string; readonly problem: string };
  "repository-other-registry": { readonly host: string; readonly expected: string };
  /** Of a name that begins like one that is read; `expected` are those. */
  "variable-unknown": { readonly variable: string; readonly expected: string };
  "too-many-registries": { readonly variable: string; readonly limit: number };
  "verification-off": { readonly host: string };
  /** `TKG_PROXY_CA_CERT` counts instead of the registry's certificates, of which it lacks so many. */
  "proxy-certificate-wins": { readonly missing: number };
  /** The same of a cluster's entries `proxy` and `imageRepository`. */
  "proxy-entry-wins": { readonly missing: number };
  "registry-wants-credentials": { readonly host: string };

  // Image pull Secrets.
  "pull-secret-type": { readonly type: string };
  /** `problem`: `missing`, `base64`, `encoded-twice`, `json`, `auths`, `auth`. */
  "pull-secret-malformed": { readonly problem: string };
  /** `auth` has another user or password than `username` and `password` beside it. */
  "pull-secret-auth-differs": { readonly host: string };
  "pull-secret-other-registry": { readonly host: string; readonly found: string };
  "pull-secret-missing": { readonly secret: string; readonly namespace: string };
  "pull-secret-namespace-differs": {
    readonly secret: string;
    readonly namespace: string;
    readonly expected: string;
  };
  "service-account-namespace-differs": {
    readonly account: string;
    readonly namespace: string;
    readonly expected: string;
  };
}

export type TrustRule = keyof TrustFacts;

/** One thing that the checks of trust configuration say. */
export type TrustFinding = {
  [Rule in TrustRule]: ConfigFinding<Rule> & { readonly facts: TrustFacts[Rule] };
}[TrustRule];

const trustSeverities: Readonly<Record<TrustRule, ConfigSeverity>> = {
  "too-large": "error",
  "not-yaml": "error",
  "key-twice": "error",
  "nothing-recognized": "notice",
  "private-key": "error",
  "carriage-returns": "warning",
  "field-unknown": "error",
  "field-wrong": "error",
  "plain-pem": "error",
  "encoded-too-often": "error",
  "encoded-too-seldom": "error",
  "encoding-by-version": "warning",
  "der-instead-of-pem": "error",
  "pem-lines-lost": "error",
  "base64-broken": "warning",
  "value-placeholder": "error",
  "no-certificate": "error",
  "certificate-unreadable": "error",
  "leaf-instead-of-ca": "warning",
  "self-signed-leaf": "warning",
  expired: "error",
  "not-yet-valid": "error",
  "expires-soon": "warning",
  "certificate-refused": "error",
  "name-rule": "error",
  "name-placeholder": "error",
  "name-twice": "error",
  "certificate-twice": "notice",
  "name-not-fixed": "warning",
  "trust-secret-missing": "notice",
  "trust-secret-name-differs": "error",
  "trust-secret-namespace-differs": "error",
  "trust-secret-key-missing": "error",
  "trust-secret-key-unused": "warning",
  "trust-secret-type": "warning",
  "trust-key-malformed": "error",
  "proxy-incomplete": "error",
  "proxy-format": "error",
  "no-proxy-blanks": "warning",
  "proxy-takes-registry": "warning",
  "repository-scheme": "error",
  "repository-trailing-slash": "error",
  "repository-format": "error",
  "repository-other-registry": "warning",
  "variable-unknown": "warning",
  "too-many-registries": "error",
  "verification-off": "warning",
  "proxy-certificate-wins": "warning",
  "proxy-entry-wins": "warning",
  "registry-wants-credentials": "error",
  "pull-secret-type": "error",
  "pull-secret-malformed": "error",
  "pull-secret-auth-differs": "error",
  "pull-secret-other-registry": "warning",
  "pull-secret-missing": "notice",
  "pull-secret-namespace-differs": "error",
  "service-account-namespace-differs": "error",
};

/** Every rule that there is. */
export const trustRules = Object.keys(trustSeverities) as readonly TrustRule[];

const maxShown = 200;

/** A finding of a rule. @param object `Kind/name path`, or the name of a variable */
export function trustFinding<Rule extends TrustRule>(
  rule: Rule,
  object: string,
  facts: TrustFacts[Rule],
): TrustFinding {
  return { rule, severity: trustSeverities[rule], object, facts } as TrustFinding;
}

/** A foreign name as a finding may carry it. */
export const shorten = (name: string): string =>
  name.length > maxShown ? `${name.slice(0, maxShown)}…` : name;
