import { readdir } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { digestBytes, digestHex } from "../../oci/digest.ts";
import { bundleError } from "../bundle-error.ts";
import { journalName, onDisk } from "../export-folder.ts";
import { openFile, readWhole } from "../random-access.ts";
import { documentName, maxDocumentBytes, parseDocument, type BundleDocument } from "./bundle-document.ts";
import { maxSumsBytes, parseSums, sumsName } from "./sha256-sums.ts";
import {
  maxSignatureBytes,
  publicKeyName,
  signatureName,
  verifySums,
  type BundleSignature,
} from "./signature.ts";

/** What a bundle says of itself. */
export interface BundleHead {
  readonly document: BundleDocument;
  /** Null when nobody has signed it. */
  readonly signature: BundleSignature | null;
}

/**
 * What a bundle says of itself, proven by its sums, and these by their signature if there is one. The volumes are not
 * touched.
 *
 * @throws EngineError `bundle-unfinished`, `bundle-file-missing`, `bundle-file-different`, `bundle-document-invalid`,
 * `bundle-signature-invalid`
 */
export async function readHead(folder: string): Promise<BundleHead> {
  const names = await onDisk("read-file", folder, () => readdir(folder));
  if (names.includes(journalName)) throw bundleError("bundle-unfinished", { file: folder });
  // In turn: of several files that are missing, the same one is named each time.
  const content = await readSmall(folder, documentName, maxDocumentBytes);
  const sums = await readSmall(folder, sumsName, maxSumsBytes);
  const isSigned = names.includes(signatureName) || names.includes(publicKeyName);
  const signature = isSigned ? await readSignature(folder, sums) : null;
  const expected = parseSums(Buffer.from(sums).toString("utf8"));
  if (expected.get(documentName) !== digestHex(digestBytes(content))) {
    throw bundleError("bundle-file-different", { file: documentName });
  }
  const document = parseDocument(content, documentName);
  if (document.volumes.some(({ file, sha256 }) => expected.get(file) !== sha256)) {
    throw bundleError("bundle-file-different", { file: sumsName });
  }
  return { document, signature };
}

/**
 * What a `bundle.json` says by itself, wherever it was kept: nothing proves it, which is enough to build on it.
 *
 * @throws EngineError `bundle-file-missing`, `bundle-document-invalid`
 */
export async function readDocument(path: string): Promise<BundleDocument> {
  const name = basename(path);
  return parseDocument(await readSmall(dirname(path), name, maxDocumentBytes), name);
}

async function readSignature(folder: string, sums: Uint8Array): Promise<BundleSignature> {
  const signature = await readSmall(folder, signatureName, maxSignatureBytes);
  const publicKey = await readSmall(folder, publicKeyName, maxSignatureBytes);
  return verifySums(sums, { signature, publicKey });
}

async function readSmall(folder: string, name: string, limit: number): Promise<Uint8Array> {
  const file = await openFile(join(folder, name), name);
  try {
    if (file.sizeBytes > limit) throw bundleError("bundle-document-invalid", { file: name, limit });
    return await readWhole(file);
  } finally {
    await file.close();
  }
}
