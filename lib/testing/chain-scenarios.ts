import {
  issueCertificate,
  makeKey,
  type CertificateWish,
  type TestCertificate,
} from "./issue-certificate.ts";

/** What a server sends, what its client trusts, and what is to be made of it. */
export interface ChainScenario {
  readonly name: string;
  readonly presented: readonly [TestCertificate, ...TestCertificate[]];
  readonly stored: readonly TestCertificate[];
  /** `localhost` unless given. */
  readonly host?: string;
  /** The problems that the rules of Go find, then those of OpenSSL, in order; none means trust. */
  readonly go: readonly string[];
  readonly openssl: readonly string[];
}

const dayMs = 86_400_000;
const days = (count: number) => new Date(Date.now() + count * dayMs);
const past = { notBefore: days(-20), notAfter: days(-10) };
const future = { notBefore: days(10), notAfter: days(20) };
const authority = { ca: true, keyUsage: ["keyCertSign", "cRLSign"] } as const;
const server = { subject: ["O=Lab", "CN=localhost"], names: ["localhost", "*.lab.test", "127.0.0.1", "::1"] };
const serverAuth = "1.3.6.1.5.5.7.3.1";
const clientAuth = "1.3.6.1.5.5.7.3.2";
const anyUsage = "2.5.29.37.0";
/** An extension that nobody knows. */
const strange = { id: "1.3.6.1.4.1.99999.1", critical: true, value: Uint8Array.of(0x05, 0x00) };

/** Every way in which a server's chain can be right or wrong. Made anew with each call. */
export function createChainScenarios(): readonly ChainScenario[] {
  const root = issueCertificate({ ...authority, subject: ["O=Lab", "CN=Lab Root"] });
  const other = issueCertificate({ ...authority, subject: ["O=Elsewhere", "CN=Other Root"] });
  const middle = issueCertificate({ ...authority, subject: ["O=Lab", "CN=Lab Issuing"], issuer: root });
  const nameless = issueCertificate({ ...authority, subject: "Issuing", issuer: root });
  const leaf = issueCertificate({ ...server, issuer: middle, extendedKeyUsage: [serverAuth] });
  const direct = issueCertificate({ ...server, issuer: root });
  const selfSigned = issueCertificate(server);
  const selfSignedCa = issueCertificate({ ...server, ca: true });
  const under = (issuerWish: CertificateWish) => {
    const issuer = issueCertificate({ subject: ["O=Lab", "CN=Lab Special"], issuer: root, ...issuerWish });
    return [issueCertificate({ ...server, issuer }), issuer] as const;
  };
  const below = (wish: CertificateWish) => under({ ...authority, ...wish });
  const underRoot = (wish: CertificateWish) => {
    const top = issueCertificate({ ...authority, subject: ["O=Lab", "CN=Special Root"], ...wish });
    const issuer = issueCertificate({ ...authority, subject: ["O=Lab", "CN=Below"], issuer: top });
    return { presented: [issueCertificate({ ...server, issuer }), issuer] as const, stored: [top] };
  };
  const serve = (wish: CertificateWish) => [issueCertificate({ ...server, issuer: root, ...wish })] as const;
  const both = (...codes: string[]) => ({ go: codes, openssl: codes });
  const crossKey = makeKey("p256");
  const cross = (issuer: TestCertificate) =>
    issueCertificate({ ...authority, subject: "Cross", key: crossKey, issuer });
  const [crossOld, crossNew] = [cross(other), cross(root)];
  const crossed = issueCertificate({ ...server, issuer: crossOld });
  const shouting = issueCertificate({ ...authority, subject: ["O=LAB", "CN=lab ROOT"], key: root.key });
  const usageOnly = issueCertificate({ subject: "Usage Only", keyUsage: ["keyCertSign"] });
  const rolled = issueCertificate({ ...authority, subject: ["O=Lab", "CN=Lab Root"] });

  return [
    { name: "all is well", presented: [leaf, middle], stored: [root], ...both() },
    { name: "the root has signed the server's", presented: [direct], stored: [other, root], ...both() },
    { name: "the root is sent, too", presented: [leaf, middle, root], stored: [root], ...both() },
    {
      name: "out of order, with strangers and twice",
      presented: [leaf, root, other, middle, middle],
      stored: [root],
      ...both(),
    },
    { name: "the intermediate is stored, not sent", presented: [leaf], stored: [root, middle], ...both() },
    {
      name: "the intermediate is missing, its organization is known",
      presented: [leaf],
      stored: [root],
      ...both("missing-intermediate"),
    },
    {
      name: "the intermediate is missing, the key identifier names its issuer",
      presented: serve({ issuer: nameless, namesIssuersIssuer: true }),
      stored: [other],
      ...both("missing-intermediate"),
    },
    {
      name: "the intermediate is missing, an address tells where it is",
      presented: serve({ issuer: nameless, issuerUrl: "http://pki.lab.test/issuing.crt" }),
      stored: [root],
      ...both("missing-intermediate"),
    },
    {
      name: "nothing tells what is missing",
      presented: serve({ issuer: nameless }),
      stored: [root],
      ...both("unknown-authority"),
    },
    {
      name: "the key identifier says that the root is missing",
      presented: serve({ namesIssuersIssuer: true }),
      stored: [other],
      ...both("unknown-authority"),
    },
    {
      name: "the root is not stored",
      presented: [leaf, middle],
      stored: [other],
      ...both("unknown-authority"),
    },
    {
      name: "the root is sent but not stored",
      presented: [leaf, middle, root],
      stored: [],
      ...both("unknown-authority"),
    },
    {
      name: "another root of the same name is stored",
      presented: [leaf, middle],
      stored: [rolled],
      ...both("unknown-authority"),
    },
    { name: "self-signed", presented: [selfSigned], stored: [root], ...both("self-signed-leaf") },
    {
      name: "self-signed as an authority",
      presented: [selfSignedCa],
      stored: [],
      ...both("self-signed-leaf"),
    },
    { name: "self-signed and stored", presented: [selfSigned], stored: [selfSigned], ...both() },
    {
      name: "self-signed as an authority and stored",
      presented: [selfSignedCa],
      stored: [selfSignedCa],
      ...both(),
    },
    {
      name: "the server's own is stored, its issuer is not",
      presented: [direct],
      stored: [direct],
      go: [],
      openssl: ["unknown-authority"],
    },
    {
      name: "only the intermediate is stored",
      presented: [leaf, middle],
      stored: [middle],
      go: [],
      openssl: ["unknown-authority"],
    },
    {
      name: "signed by two, of which the second is stored",
      presented: [crossed, crossOld, crossNew],
      stored: [root],
      go: [],
      openssl: ["unknown-authority"],
    },
    {
      name: "signed by two, of which the first is stored",
      presented: [crossed, crossNew, crossOld],
      stored: [root],
      ...both(),
    },
    {
      name: "the root was renewed with the same key",
      presented: [leaf, middle],
      stored: [
        issueCertificate({ ...authority, ...past, subject: ["O=Lab", "CN=Lab Root"], key: root.key }),
        root,
      ],
      ...both(),
    },
    {
      name: "the key identifier names another issuer of the issuer",
      presented: [
        ...serve({ issuer: { ...nameless, der: crossOld.der }, namesIssuersIssuer: true }),
        nameless,
      ],
      stored: [root],
      go: [],
      openssl: ["missing-intermediate"],
    },
    {
      name: "the issuer's name is written with other letters",
      presented: [issueCertificate({ ...server, issuer: shouting })],
      stored: [root],
      go: ["unknown-authority"],
      openssl: [],
    },

    {
      name: "an address that it does not have",
      presented: serve({ names: ["localhost", "10.0.0.1"] }),
      stored: [root],
      host: "127.0.0.1",
      ...both("name-mismatch"),
    },
    {
      name: "an address that it has",
      presented: [leaf, middle],
      stored: [root],
      host: "127.0.0.1",
      ...both(),
    },
    {
      name: "a name of the subject only",
      presented: serve({ names: [] }),
      stored: [root],
      go: ["name-missing"],
      openssl: [],
    },
    {
      name: "no names, asked by its address",
      presented: serve({ names: [] }),
      stored: [root],
      host: "127.0.0.1",
      ...both("name-missing"),
    },
    {
      name: "other names",
      presented: serve({ names: ["a.lab.test"] }),
      stored: [root],
      ...both("name-mismatch"),
    },

    { name: "expired", presented: serve(past), stored: [root], ...both("expired") },
    { name: "not yet valid", presented: serve(future), stored: [root], ...both("not-yet-valid") },
    { name: "an expired intermediate", presented: below(past), stored: [root], ...both("expired") },
    { name: "an expired root", ...underRoot(past), ...both("expired") },
    {
      name: "expired and unknown and for another host",
      presented: serve({ ...past, names: ["a.test"] }),
      stored: [other],
      ...both("unknown-authority", "expired", "name-mismatch"),
    },

    { name: "signed by a leaf", presented: below({ ca: false }), stored: [root], ...both("not-a-ca") },
    {
      name: "an intermediate that does not say what it is",
      presented: under({}),
      stored: [root],
      ...both("not-a-ca"),
    },
    {
      name: "an intermediate that tells its key usage only",
      presented: under({ keyUsage: ["keyCertSign"] }),
      stored: [root],
      ...both("not-a-ca"),
    },
    {
      name: "a root that tells its key usage only",
      presented: [issueCertificate({ ...server, issuer: usageOnly })],
      stored: [usageOnly],
      go: ["not-a-ca"],
      openssl: [],
    },
    { name: "a root of version 1", ...underRoot({ version: 1 }), ...both() },
    {
      name: "an intermediate of version 1",
      presented: below({ version: 1 }),
      stored: [root],
      ...both("not-a-ca"),
    },
    {
      name: "an authority that may not sign",
      presented: below({ keyUsage: ["digitalSignature"] }),
      stored: [root],
      ...both("ca-may-not-sign"),
    },
    { name: "an authority without key usage", presented: under({ ca: true }), stored: [root], ...both() },
    { name: "too many authorities", ...underRoot({ ca: { pathLength: 0 } }), ...both("path-too-long") },
    { name: "as many authorities as allowed", ...underRoot({ ca: { pathLength: 1 } }), ...both() },
    {
      name: "a name that is not permitted",
      ...underRoot({ permitted: ["lab.test", "127.0.0.0/8", "::1/128"] }),
      ...both("name-not-permitted"),
    },
    {
      name: "an address that is excluded",
      ...underRoot({ excluded: ["127.0.0.0/8"] }),
      ...both("name-not-permitted"),
    },
    {
      name: "names that are permitted",
      ...underRoot({ permitted: ["localhost", "lab.test", "127.0.0.0/8", "::1/128"] }),
      ...both(),
    },
    {
      name: "not for servers",
      presented: serve({ extendedKeyUsage: [clientAuth] }),
      stored: [root],
      ...both("not-for-servers"),
    },
    {
      name: "an authority not for servers",
      presented: below({ extendedKeyUsage: [clientAuth] }),
      stored: [root],
      ...both("not-for-servers"),
    },
    {
      name: "for anything",
      presented: serve({ extendedKeyUsage: [anyUsage] }),
      stored: [root],
      go: [],
      openssl: ["not-for-servers"],
    },
    {
      name: "an unknown critical extension",
      presented: serve({ extensions: [strange] }),
      stored: [root],
      ...both("unknown-critical-extension"),
    },
    {
      name: "an unknown extension",
      presented: serve({ extensions: [{ ...strange, critical: false }] }),
      stored: [root],
      ...both(),
    },

    { name: "RSA of 2048 bits", presented: serve({ key: "rsa2048" }), stored: [root], ...both() },
    {
      name: "RSA of 1024 bits",
      presented: serve({ key: "rsa1024" }),
      stored: [root],
      go: [],
      openssl: ["weak-key"],
    },
    { name: "Ed25519", presented: serve({ key: "ed25519" }), stored: [root], ...both() },
    {
      name: "a curve that Go does not know",
      presented: serve({ key: "brainpoolP256r1" }),
      stored: [root],
      go: ["unsupported-key"],
      openssl: [],
    },
    { name: "signed with SHA-1", presented: serve({ hash: "sha1" }), stored: [root], ...both("weak-hash") },
    { name: "a root signed with SHA-1", ...underRoot({ hash: "sha1" }), ...both() },
    { name: "a root of RSA signed with MD5", ...underRoot({ hash: "md5", key: "rsa2048" }), ...both() },
    {
      name: "an intermediate signed with SHA-1",
      presented: below({ hash: "sha1" }),
      stored: [root],
      ...both("weak-hash"),
    },
  ];
}
