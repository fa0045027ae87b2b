import type { DynamicTranslator } from "#lib/i18n/error-text.ts";
import type { Messages } from "#lib/i18n/messages.ts";
import type { Formats } from "#lib/i18n/formats.ts";
import type {
  AlternativeNames,
  CertificateFinding,
  ChainNote,
  ChainProblem,
  KeyDescription,
  ReadingProblem,
} from "#lib/schemas/certificate-views.ts";

/** Something that is said of a certificate, in the reader's language. */
export interface ProblemText {
  title: string;
  /** Why, and what to do. */
  hint: string;
}

export interface CertificateTexts {
  finding: (finding: CertificateFinding) => ProblemText;
  reading: (problem: ReadingProblem) => ProblemText;
  chain: (problem: ChainProblem) => ProblemText;
  note: (note: ChainNote) => ProblemText;
}

type Values = Record<string, string | number>;

/** OpenSSL's names of curves that people know by NIST's. */
const curveNames: Readonly<Record<string, string>> = {
  secp224r1: "P-224",
  prime256v1: "P-256",
  secp384r1: "P-384",
  secp521r1: "P-521",
};
/** More make no sentence. */
const maxListed = 8;

/** Puts a public key in a few words. */
export function createKeyText(translate: DynamicTranslator): (key: KeyDescription) => string {
  const t = (key: KeyTextKey, values: Values = {}): string => translate(key as never, values as never);
  return (key) => {
    switch (key.kind) {
      case "rsa":
      case "rsa-pss":
        return t("rsa", { bits: key.bits });
      case "dsa":
        return t("dsa", { bits: key.bits });
      case "ec":
        return t("ec", { curve: curveNames[key.curve] ?? key.curve });
      case "ed25519":
      case "ed448":
        return t(key.kind);
      case "other":
        return t("other", { algorithm: key.algorithm });
    }
  };
}

/**
 * Makes sentences of what is said of certificates. All codes of the library have their texts: a new one without does not
 * compile.
 */
export function createCertificateTexts(
  translate: DynamicTranslator,
  keyText: (key: KeyDescription) => string,
  formats: Formats,
): CertificateTexts {
  const t = (key: FormKey | KindKey | NameKey, values: Values = {}): string =>
    translate(key as never, values as never);
  const list = (texts: readonly string[]): string =>
    [...texts.slice(0, maxListed), ...(texts.length > maxListed ? ["…"] : [])].join(", ");
  const namesText = (names: AlternativeNames | null): string =>
    names === null
      ? ""
      : list([
          ...[...names.dns, ...names.ip, ...names.email, ...names.uri],
          ...names.directory.map(({ text }) => text),
          ...(names.others > 0 ? [t("names.others", { count: names.others })] : []),
        ]);
  const say = (key: string, values: Values): ProblemText => ({
    title: translate(`${key}.title` as never, values as never),
    hint: translate(`${key}.hint` as never, values as never),
  });

  const finding = (of: CertificateFinding): ProblemText => {
    const key: FindingKey = `certificate.${of.code}`;
    switch (of.code) {
      case "leaf-instead-of-ca":
        return say(key, { issuer: of.issuer, ...sources(of.issuerUrls) });
      case "expired":
        return say(key, { notAfter: formats.date(of.notAfter) });
      case "expires-soon":
        return say(key, { notAfter: formats.date(of.notAfter), days: of.days });
      case "not-yet-valid":
        return say(key, { notBefore: formats.dateTime(of.notBefore), days: of.days });
      case "missing-san":
        return say(key, commonNameValues(of.commonName));
      case "weak-key":
        return say(key, { key: keyText(of.key), neededBits: of.neededBits });
      case "unsupported-key":
        return say(key, { key: keyText(of.key) });
      case "weak-hash":
        return say(key, { hash: formatHash(of.hash) });
      case "ca-may-not-sign":
        return say(key, { keyUsage: list(of.keyUsage) || t("names.none") });
      case "path-length":
        return say(key, { pathLength: of.pathLength });
      case "name-constraints": {
        const [permitted, excluded] = [namesText(of.permitted), namesText(of.excluded)];
        return say(key, {
          ...{ permitted, excluded },
          hasPermitted: isSaid(permitted),
          hasExcluded: isSaid(excluded),
        });
      }
      case "unknown-critical-extension":
      case "extension-damaged":
        return say(key, { extensions: list(of.extensions) });
      case "self-signed-leaf":
      case "ca-without-key-usage":
      case "version-1":
        return say(key, {});
    }
  };

  const reading = (of: ReadingProblem): ProblemText => {
    const key: ReadingKey = `reading.${of.code}`;
    switch (of.code) {
      case "private-key":
        return say(key, { ...lineValues(of.line), form: t(`keyForms.${of.form}`) });
      case "input-too-large":
        return say(key, { size: formats.bytes(of.sizeBytes), limitSize: formats.bytes(of.limitBytes) });
      case "not-a-certificate":
        return say(key, { ...lineValues(of.line), kind: t(`otherKinds.${of.kind}`) });
      case "certificate-damaged":
        return say(key, lineValues(of.line));
      case "duplicate":
        return say(key, { ...lineValues(of.line), firstLine: of.firstLine ?? 0 });
      case "base64-wrapped":
        return say(key, { ...lineValues(of.line), times: of.times });
      case "stray-text":
        return say(key, {
          ...{ line: of.line, lastLine: of.lastLine },
          isRange: of.lastLine > of.line ? "yes" : "no",
        });
      case "too-many-certificates":
      case "too-many-problems":
        return say(key, { limit: of.limit });
      case "base64-damaged":
        return say(key, { line: of.line, blockLine: of.blockLine });
      case "labels-differ":
        return say(key, { line: of.line, endLine: of.endLine });
      case "block-unfinished":
      case "block-without-begin":
      case "marker-damaged":
      case "carriage-returns":
      case "trust-settings-dropped":
        return say(key, { line: of.line });
      case "input-empty":
      case "no-certificate-found":
        return say(key, {});
    }
  };

  const chain = (of: ChainProblem): ProblemText => {
    const key: ChainKey = `chain.${of.code}`;
    const subject = "certificate" in of ? of.certificate.subject : "";
    switch (of.code) {
      case "unknown-authority":
        return say(key, {
          subject: of.root?.subject ?? of.missing?.of.subject ?? "",
          missing: of.missing?.issuer ?? "",
          hasRoot: of.root === null ? "no" : "yes",
          ...sources(of.missing?.urls ?? []),
          hasNamesakes: (of.missing?.namesakes.length ?? 0) > 0 ? "yes" : "no",
        });
      case "missing-intermediate": {
        const { missing } = of;
        return say(key, {
          ...{ subject: missing.of.subject, missing: missing.issuer },
          ...sources(missing.urls),
        });
      }
      case "expired":
        return say(key, { subject, position: of.position, notAfter: formats.dateTime(of.notAfter) });
      case "not-yet-valid":
        return say(key, { subject, position: of.position, notBefore: formats.dateTime(of.notBefore) });
      case "name-mismatch":
        return say(key, { host: of.host, names: list(of.names) });
      case "name-missing":
        return say(key, { host: of.host, ...commonNameValues(of.commonName) });
      case "path-too-long":
        return say(key, { subject, pathLength: of.pathLength });
      case "name-not-permitted":
        return say(key, { subject, name: of.name });
      case "weak-key":
      case "unsupported-key":
        return say(key, { subject, key: keyText(of.key) });
      case "weak-hash":
        return say(key, { subject, hash: formatHash(of.hash) });
      case "unknown-critical-extension":
        return say(key, { subject, extensions: list(of.extensions) });
      case "self-signed-leaf":
      case "not-a-ca":
      case "ca-may-not-sign":
      case "not-for-servers":
        return say(key, { subject });
      case "no-certificate":
        return say(key, {});
    }
  };

  const note = (of: ChainNote): ProblemText =>
    say(`notes.${of.code}` satisfies NoteKey, {
      subject: "certificate" in of ? of.certificate.subject : "",
    });

  return { finding, reading, chain, note };

  function sources(urls: readonly string[]): Values {
    return { urls: list(urls), hasUrls: urls.length > 0 ? "yes" : "no" };
  }
}

type Texts = Messages["certificateFindings"];
type FindingKey = `certificate.${keyof Texts["certificate"]}`;
type ReadingKey = `reading.${keyof Texts["reading"]}`;
type ChainKey = `chain.${keyof Texts["chain"]}`;
type FormKey = `keyForms.${keyof Texts["keyForms"]}`;
type KindKey = `otherKinds.${keyof Texts["otherKinds"]}`;
type NameKey = `names.${keyof Texts["names"]}`;
type KeyTextKey = keyof Messages["certificateViews"]["keys"];
type NoteKey = `notes.${keyof Texts["notes"]}`;

/** `sha256` as people write it. */
export const formatHash = (hash: string): string => hash.toUpperCase().replace(/^SHA(?=\d)/, "SHA-");

const isSaid = (text: string): "yes" | "no" => (text === "" ? "no" : "yes");
const lineValues = (line: number | null): Values => ({
  line: line ?? 0,
  hasLine: line === null ? "no" : "yes",
});
const commonNameValues = (commonName: string | null): Values => ({
  commonName: commonName ?? "",
  hasCommonName: isSaid(commonName ?? ""),
});
