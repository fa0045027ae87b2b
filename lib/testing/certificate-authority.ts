import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runProgram } from "./child-process.ts";
import { findProgram } from "./programs.ts";

/** PEM texts. */
interface IssuedCertificate {
  readonly cert: string;
  readonly key: string;
}

/** A private authority, as providers have one for their registries. */
export interface CertificateAuthority {
  /** Its own certificate in PEM: what clients must trust. */
  readonly cert: string;
  /** A server's certificate for these names and addresses (`registry.test`, `127.0.0.1`). */
  issueServer(names: readonly string[]): Promise<IssuedCertificate>;
  /** A client's certificate, for mutual TLS. */
  issueClient(commonName: string): Promise<IssuedCertificate>;
}

const validDays = "2";
const ecKey = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"] as const;

/** Makes an authority by the program `openssl`; its key stays in memory. */
export async function createCertificateAuthority(name = "Test CA"): Promise<CertificateAuthority> {
  const ca = await inFolder(async (folder, openssl) => {
    const [key, cert] = [join(folder, "ca.key"), join(folder, "ca.crt")];
    const extensions = [
      ...["-addext", "basicConstraints=critical,CA:TRUE"],
      ...["-addext", "keyUsage=critical,keyCertSign,cRLSign"],
    ];
    await openssl([
      ...["req", "-x509", ...ecKey, "-days", validDays],
      ...["-subj", `/CN=${name}`, "-keyout", key, "-out", cert, ...extensions],
    ]);
    return { key: await readFile(key, "utf8"), cert: await readFile(cert, "utf8") };
  });
  const issue = (subject: string, extensions: readonly string[]) =>
    inFolder(async (folder, openssl) => {
      const path = (file: string) => join(folder, file);
      await Promise.all([
        writeFile(path("ca.key"), ca.key, { mode: 0o600 }),
        writeFile(path("ca.crt"), ca.cert),
        writeFile(path("extensions"), extensions.join("\n")),
      ]);
      await openssl([
        "req",
        ...ecKey,
        "-subj",
        `/CN=${subject}`,
        "-keyout",
        path("key"),
        "-out",
        path("csr"),
      ]);
      await openssl([
        ...["x509", "-req", "-in", path("csr"), "-CA", path("ca.crt"), "-CAkey", path("ca.key")],
        ...["-CAcreateserial", "-days", validDays, "-extfile", path("extensions"), "-out", path("crt")],
      ]);
      return { cert: await readFile(path("crt"), "utf8"), key: await readFile(path("key"), "utf8") };
    });
  return {
    cert: ca.cert,
    issueServer: (names) => {
      const list = names.map((each) => `${/^[\d.]+$|:/.test(each) ? "IP" : "DNS"}:${each}`);
      return issue(names[0] ?? name, [`subjectAltName=${list.join(",")}`, "extendedKeyUsage=serverAuth"]);
    },
    issueClient: (commonName) => issue(commonName, ["extendedKeyUsage=clientAuth"]),
  };
}

async function inFolder<Result>(
  work: (folder: string, openssl: (args: readonly string[]) => Promise<unknown>) => Promise<Result>,
): Promise<Result> {
  const program = await findProgram("openssl");
  const folder = await mkdtemp(join(tmpdir(), "drayage-ca-"));
  try {
    return await work(folder, (args) => runProgram(program, args));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
