import { X509Certificate } from "node:crypto";
import { mkdir, readFile, rm, statfs, writeFile } from "node:fs/promises";
import { isIP } from "node:net";
import { join } from "node:path";
import { createSecureContext } from "node:tls";

/** The product cannot start as it is set up; the message is a sentence for the person at the terminal. */
export class PreflightError extends Error {
  override readonly name = "PreflightError";
}

/**
 * Makes the data folder, and proves that it can be written.
 * @throws PreflightError
 */
export async function checkDataFolder(dir: string): Promise<void> {
  const probe = join(dir, `.probe-${process.pid}`);
  try {
    await mkdir(dir, { recursive: true, mode: 0o700 });
    // A full disk still takes an empty file.
    await writeFile(probe, Buffer.alloc(64 * 1024), { flush: true });
  } catch (cause) {
    throw new PreflightError(
      `The data folder ${dir} cannot be used: ${explainFolder(cause)}. Set DATA_DIR to another folder, or mend this one.`,
      { cause },
    );
  } finally {
    await rm(probe, { force: true }).catch(() => undefined);
  }
}

/** @throws PreflightError when the disk of an existing folder has not that much left */
export async function checkFreeSpace(dir: string, neededBytes: number, what: string): Promise<void> {
  const { bavail, bsize } = await statfs(dir);
  const inMegabytes = (bytes: number) => `${Math.floor(bytes / 1e6)} MB`;
  if (bavail * bsize >= neededBytes) return;
  throw new PreflightError(
    `${what} needs ${inMegabytes(neededBytes)} in ${dir}, where ${inMegabytes(bavail * bsize)} are left. ` +
      "Make room, or set DATA_DIR to a folder on another disk.",
  );
}

function explainFolder(error: unknown): string {
  switch (codeOf(error)) {
    case "EROFS":
      return "its file system is read-only";
    case "ENOENT":
      return "no folder can be made there, most likely because the file system is read-only";
    case "EACCES":
    case "EPERM":
      return "this account may not write there";
    case "ENOSPC":
    case "EDQUOT":
      return "no space is left on its disk";
    case "EEXIST":
    case "ENOTDIR":
      return "it, or what it lies in, is a file";
    default:
      return messageOf(error);
  }
}

export interface CertificateSettings {
  TLS_CERT_FILE?: string | undefined;
  TLS_KEY_FILE?: string | undefined;
  PUBLIC_URL: string;
}

/**
 * Proves that the panel's own certificate can be used. Returns what browsers will complain about.
 * @throws PreflightError
 */
export async function checkCertificate(settings: CertificateSettings): Promise<string[]> {
  const { TLS_CERT_FILE: certFile, TLS_KEY_FILE: keyFile } = settings;
  if (certFile === undefined || keyFile === undefined) return [];
  const cert = await readSetting("TLS_CERT_FILE", certFile);
  const key = await readSetting("TLS_KEY_FILE", keyFile);
  try {
    createSecureContext({ cert, key });
  } catch (cause) {
    throw new PreflightError(
      `The certificate in ${certFile} cannot be used with the key in ${keyFile}: ${messageOf(cause)}. ` +
        "TLS_CERT_FILE must hold the chain in PEM, the panel's own certificate first, and TLS_KEY_FILE its key without a password.",
      { cause },
    );
  }
  const leaf = new X509Certificate(cert);
  const warnings: string[] = [];
  if (leaf.validToDate.getTime() < Date.now()) {
    warnings.push(`the certificate in ${certFile} ended on ${leaf.validToDate.toISOString().slice(0, 10)}`);
  }
  const host = new URL(settings.PUBLIC_URL).hostname.replace(/^\[|\]$/g, "");
  if ((isIP(host) === 0 ? leaf.checkHost(host) : leaf.checkIP(host)) === undefined) {
    warnings.push(`the certificate in ${certFile} is not for ${host}, the host of PUBLIC_URL`);
  }
  return warnings;
}

async function readSetting(name: string, file: string): Promise<string> {
  try {
    return await readFile(file, "utf8");
  } catch (cause) {
    const why = codeOf(cause) === "ENOENT" ? "there is no such file" : messageOf(cause);
    throw new PreflightError(`${name} names ${file}, which cannot be read: ${why}.`, { cause });
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : "";
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
