import { type ChildProcess, spawn } from "node:child_process";
import { createWriteStream } from "node:fs";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { resolve } from "node:path";
import { fillRegistry } from "#lib/demo/fill-registry.ts";
import { findFreePort } from "#lib/free-port.ts";
import { issueCertificate } from "#lib/testing/issue-certificate.ts";
import { startRegistry } from "#lib/testing/registry-server.ts";
import { startThrottle } from "#lib/testing/throttle.ts";
import { diskFolder, folder, lockedAccount, logFile, type Stack, stackFile } from "./stack.ts";

/** It is built first, which takes minutes where others build beside it. */
const startTimeoutMs = 600_000;
// Every path and tag of the sample release, in a twentieth of its bytes.
const scale = 0.05;
const slowBytesPerSecond = 60_000;
const crawlingBytesPerSecond = 3_000;

/** Starts the product as `npm start` does, on an empty database, with two real registries beside it. */
export default async function startStack(): Promise<() => Promise<void>> {
  await rm(folder, { recursive: true, force: true });
  await mkdir(diskFolder, { recursive: true });
  const vendorDir = resolve(folder, "vendor");
  const [vendor, local] = await Promise.all([startRegistry({ rootDir: vendorDir }), startRegistry()]);
  await fillRegistry(vendor.url, { scale });
  const { secure, locked, authorityPem } = await startSecure(vendorDir);
  const [slow, crawling] = await Promise.all([
    startThrottle({ host: vendor.host, bytesPerSecond: slowBytesPerSecond }),
    startThrottle({ host: vendor.host, bytesPerSecond: crawlingBytesPerSecond }),
  ]);
  const port = await findFreePort();
  const baseUrl = `http://localhost:${port}`;
  const panel = spawn(process.execPath, ["--conditions=react-server", "lib/launch/start.ts"], {
    env: {
      ...process.env,
      NODE_ENV: "production",
      PORT: String(port),
      PUBLIC_URL: baseUrl,
      DATA_DIR: resolve(folder, "data"),
      BUNDLE_DIRS: `disk=${resolve(diskFolder)}`,
      LOG_LEVEL: "warn",
    },
    stdio: ["ignore", "pipe", "inherit"],
  });
  panel.stdout.pipe(createWriteStream(logFile));
  const setupUrl = await findSetupLink(panel);
  const stack: Stack = {
    baseUrl,
    // The panel answers under either name of this machine.
    otherUrl: `http://127.0.0.1:${port}`,
    setupUrl,
    vendorHost: vendor.host,
    slowVendorHost: slow.host,
    crawlingVendorHost: crawling.host,
    localHost: local.host,
    secureHost: secure.host,
    lockedHost: locked.host,
    authorityPem,
  };
  await writeFile(stackFile, JSON.stringify(stack));
  return async () => {
    await stopPanel(panel);
    await Promise.all([slow.stop(), crawling.stop()]);
    await Promise.all([vendor, local, secure, locked].map((registry) => registry.stop()));
  };
}

/** Registries as clusters need them, behind TLS; one of them lets nobody pull without a password. */
async function startSecure(rootDir: string) {
  const authority = issueCertificate({
    subject: ["O=Example Provider", "CN=Example Private CA"],
    ca: true,
    keyUsage: ["keyCertSign", "cRLSign"],
  });
  const server = issueCertificate({ subject: "127.0.0.1", issuer: authority, names: ["127.0.0.1"] });
  const tls = { cert: `${server.pem}${authority.pem}`, key: server.keyPem };
  const [secure, locked] = await Promise.all([
    startRegistry({ rootDir, readOnly: true, tls }),
    startRegistry({ rootDir, readOnly: true, tls, htpasswd: lockedAccount }),
  ]);
  return { secure, locked, authorityPem: authority.pem };
}

function findSetupLink(panel: ChildProcess): Promise<string> {
  return new Promise((found, failed) => {
    let printed = "";
    const timer = setTimeout(() => {
      failed(new Error(`the panel did not start in time:\n${printed}`));
    }, startTimeoutMs);
    panel.stdout?.on("data", (chunk: Buffer) => {
      printed += chunk.toString();
      const link = /https?:\/\/\S+\/setup\?token=\S+/.exec(printed)?.[0];
      if (link === undefined) return;
      clearTimeout(timer);
      found(link);
    });
    panel.once("exit", (code) => {
      clearTimeout(timer);
      failed(new Error(`the panel ended with ${code}:\n${printed}`));
    });
  });
}

async function stopPanel(panel: ChildProcess): Promise<void> {
  if (panel.exitCode !== null) return;
  const ended = new Promise((done) => panel.once("exit", done));
  panel.kill("SIGTERM");
  await ended;
}
