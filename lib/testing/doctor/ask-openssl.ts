import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runProgram } from "#lib/testing/child-process.ts";
import type { TestCertificate } from "#lib/testing/issue-certificate.ts";
import { findProgram } from "#lib/testing/programs.ts";

/** What `openssl s_client` makes of a server. */
export interface OpensslVerdict {
  /** X509_V_OK, X509_V_ERR_*: openssl-verification-options(1); null when no handshake came about. */
  readonly code: number | null;
  /** All that it printed. */
  readonly output: string;
}

interface OpensslQuestion {
  readonly stored?: readonly TestCertificate[];
  /** By which the server is asked and its certificate is held to; the host of the address unless given. */
  readonly host?: string;
  /** By which dates are judged; now unless given. */
  readonly at?: Date;
  readonly args?: readonly string[];
  /** How long it may wait for a server that says nothing; 10 s unless given. */
  readonly timeoutMs?: number;
}

/** @param address `host:port` */
export async function askOpenssl(
  address: string,
  {
    stored = [],
    host = address.replace(/:\d+$/, ""),
    at,
    args = [],
    timeoutMs = 10_000,
  }: OpensslQuestion = {},
): Promise<OpensslVerdict> {
  const folder = await mkdtemp(join(tmpdir(), "drayage-s-client-"));
  try {
    const trusted = join(folder, "stored.pem");
    await writeFile(trusted, stored.map(({ pem }) => pem).join(""));
    const isAddress = /^[\d.]+$/.test(host);
    const rules = [
      ...["-no-CApath", "-no-CAstore", ...(stored.length > 0 ? ["-CAfile", trusted] : ["-no-CAfile"])],
      ...["-purpose", "sslserver", "-auth_level", "2"],
      ...(isAddress
        ? ["-verify_ip", host, "-noservername"]
        : ["-verify_hostname", host, "-servername", host]),
      ...(at === undefined ? [] : ["-attime", String(Math.floor(at.getTime() / 1_000))]),
    ];
    const output = await run(["s_client", "-connect", address, ...rules, ...args], timeoutMs);
    const code = /Verify return code: (\d+)/.exec(output)?.[1];
    return {
      code: code === undefined || output.includes("no peer certificate") ? null : Number(code),
      output,
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function run(args: readonly string[], timeoutMs: number): Promise<string> {
  const program = await findProgram("openssl");
  try {
    const { stdout, stderr } = await runProgram(program, args, { timeoutMs });
    return `${stdout}\n${stderr}`;
  } catch (error) {
    // It fails where no handshake comes about; what it prints says why.
    const { stdout = "", stderr = "" } = error as { stdout?: string; stderr?: string };
    return `${stdout}\n${stderr}`;
  }
}
