import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import type { Permission } from "#lib/auth/permissions.ts";
import { type JobOrigin, systemAccess } from "#lib/auth/system-access.ts";
import { writeDb } from "#lib/db/client.ts";
import type { TrustList } from "#lib/db/generated/enums.ts";
import { editConfig } from "#lib/domain/vcd/config-document.ts";
import { writeCheckedRun } from "#lib/testing/checked-run.ts";
import { createTestDatabase, type TestDatabase } from "#lib/testing/database.ts";
import { issueCertificate, type TestCertificate } from "#lib/testing/issue-certificate.ts";
import { createLoopbackServers } from "#lib/testing/loopback-servers.ts";
import { createPeople } from "#lib/testing/people.ts";
import { digestLists } from "../doctor/index.ts";
import { nodeListsOf, readCurrentConfig, saveRevision } from "../server-config/index.ts";
import {
  addCertificates,
  fetchServerChain,
  findNeeded,
  listOneSided,
  previewCertificates,
  putIntoLists,
} from "./index.ts";

let database: TestDatabase;
let provider: JobOrigin;
const servers = createLoopbackServers();
const as = <P extends Permission>(permission: P) => systemAccess(provider, permission);
const { signal } = new AbortController();
const authority = { ca: true, keyUsage: ["keyCertSign"] } as const;

const root = issueCertificate({ ...authority, subject: ["O=Lab", "CN=Lab Root"] });
const issuing = issueCertificate({ ...authority, subject: ["O=Lab", "CN=Lab Issuing"], issuer: root });
const server = issueCertificate({ subject: "registry", names: ["127.0.0.1"], issuer: issuing });

beforeAll(async () => {
  database = await createTestDatabase();
  provider = { id: "test", organizationId: null, startedBy: await createPeople(writeDb).user() };
});
afterEach(() => servers.close());
afterAll(() => database.drop());

const serve = async (leaf: TestCertificate, ...above: TestCertificate[]) => {
  const cert = [leaf, ...above].map(({ pem }) => pem).join("");
  return servers.serveTls({ cert, key: leaf.keyPem });
};
const fetchFrom = (address: string) => fetchServerChain(as("certificate.write"), address, signal);
const add = async (named: Readonly<Record<string, TestCertificate>>, lists: TrustList[]) => {
  const certificates = Object.entries(named).map(([name, { pem }]) => ({ name, pem }));
  return addCertificates(as("certificate.write"), { certificates, lists });
};

test("shows the chain as it was sent, what each list makes of it, and which of it to trust", async () => {
  const url = await serve(server, issuing, root);
  const chain = await fetchFrom(`${url}/v2/`);
  expect(chain.certificates.map(({ view, helps }) => [view.subject.commonName, helps])).toEqual([
    ["registry", ["bootstrap_vm", "cluster"]],
    // To this panel an authority in the middle is no end.
    ["Lab Issuing", ["bootstrap_vm", "cluster"]],
    ["Lab Root", ["bootstrap_vm", "cluster", "panel"]],
  ]);
  expect(chain.suggested).toBe(chain.certificates[2]?.fingerprint);
  expect(chain.diagnoses.cluster).toMatchObject({
    trusted: false,
    problems: [{ code: "unknown-authority" }],
  });
  expect(chain.certificates[0]?.view.findings.map(({ code }) => code)).toContain("leaf-instead-of-ca");
  expect(chain.stored).toEqual([]);
});

test("where the topmost authority was not sent, the next one helps on nodes; where none was, nothing is suggested", async () => {
  const without = await fetchFrom(await serve(server, issuing));
  expect(without.suggested).toBe(without.certificates[1]?.fingerprint);
  expect(without.diagnoses.panel).toMatchObject({ trusted: false });
  const alone = await fetchFrom(await serve(server));
  expect(alone.suggested).toBeNull();
  const selfSigned = await fetchFrom(await serve(issueCertificate({ subject: "own", names: ["127.0.0.1"] })));
  expect(selfSigned.suggested).toBeNull();
  expect(selfSigned.certificates[0]?.helps).toEqual(["bootstrap_vm", "cluster", "panel"]);
});

test("says why a server could not be asked", async () => {
  await expect(fetchFrom("127.0.0.1:9")).rejects.toMatchObject({
    ...{ code: "connection-refused", facts: { registry: "127.0.0.1:9" } },
  });
  const plain = new URL(await servers.serve((_request, response) => response.end("ok"))).host;
  await expect(fetchFrom(plain)).rejects.toMatchObject({ code: "protocol-mismatch" });
  for (const address of ["", "a b", "user@host", "host:0"]) {
    await expect(fetchFrom(address)).rejects.toMatchObject({
      facts: { fields: { address: { code: "host-format" } } },
    });
  }
});

test("what is known and would do is named, and who needs what only one list has", async () => {
  const url = new URL(await serve(server, issuing));
  expect(await findNeeded(as("certificate.read"), signal)).toBeNull();
  await add({ "lab-root": root, stranger: issueCertificate({ ...authority, subject: "Stranger" }) }, [
    "cluster",
  ]);
  const chain = await fetchFrom(url.host);
  expect(chain.stored).toMatchObject([{ name: "lab-root", helps: ["bootstrap_vm", "panel"] }]);
  expect(chain.diagnoses.cluster.trusted).toBe(true);

  const current = await readCurrentConfig(writeDb);
  if (!current) throw new Error("no configuration");
  const document = editConfig(current.document, { containerRegistryUrl: `${url.host}/base` });
  const listsDigest = digestLists(nodeListsOf(document));
  await writeCheckedRun(writeDb, { host: url.host, basePath: "base", listsDigest });
  await writeDb.$transaction((tx) =>
    saveRevision(tx, as("certificate.write").actor, { document, origin: "edited", seen: current.number }),
  );
  const oneSided = await listOneSided(as("certificate.read"));
  expect(oneSided.map(({ name }) => name)).toEqual(["lab-root", "stranger"]);
  const [needed] = oneSided;
  if (!needed) throw new Error("nothing is one-sided");
  expect(await findNeeded(as("certificate.read"), signal)).toEqual({
    ...{ host: url.host, error: null },
    needed: [{ id: needed.id, lists: ["bootstrap_vm", "panel"] }],
  });
  await putIntoLists(as("certificate.write"), { certificateIds: [needed.id], lists: ["bootstrap_vm"] });
  expect((await findNeeded(as("certificate.read"), signal))?.needed).toEqual([
    { id: needed.id, lists: ["panel"] },
  ]);
  await servers.close();
  expect(await findNeeded(as("certificate.read"), signal)).toMatchObject({
    ...{ needed: [], error: { code: "connection-refused" } },
  });
});

test("the proxy of a registry is the way to its chain", async () => {
  const target = new URL(await serve(server, issuing)).host;
  const seen: string[] = [];
  const proxy = await servers.serveRaw((socket) => {
    socket.once("data", (head: Buffer) => {
      seen.push(head.toString().split("\r\n")[0] ?? "");
      socket.end("HTTP/1.1 502 Bad Gateway\r\n\r\n");
    });
  });
  await writeDb.registry.create({ data: { name: "behind", host: target, proxyUrl: `http://${proxy}` } });
  await expect(fetchFrom(target)).rejects.toMatchObject({ code: "proxy-refused" });
  expect(seen).toEqual([`CONNECT ${target} HTTP/1.1`]);
});

test("a preview keeps nothing, takes each once under a free name, and nothing beside a private key", async () => {
  const before = await writeDb.certificate.count();
  const text = `${root.pem}${root.pem}${server.pem}`;
  const { certificates, problems } = await previewCertificates(as("certificate.write"), Buffer.from(text));
  expect(certificates).toMatchObject([
    { suggestedName: "lab-root", known: { name: "lab-root" }, line: 1 },
    { suggestedName: "registry", known: null },
  ]);
  expect(problems.map(({ code }) => code)).toEqual(["duplicate"]);
  const refused = await previewCertificates(as("certificate.write"), Buffer.from(server.pem + server.keyPem));
  expect(refused).toMatchObject({ certificates: [], problems: [{ code: "private-key" }] });
  expect(JSON.stringify(refused)).not.toContain(server.keyPem.split("\n")[1]);
  const wanted = { certificates: [{ pem: server.pem + server.keyPem, name: "x" }], lists: [] };
  const failure: unknown = await addCertificates(as("certificate.write"), wanted).catch(
    (error: unknown) => error,
  );
  expect(failure).toMatchObject({ facts: { fields: { "certificates.0.pem": { code: "pem-private-key" } } } });
  expect(JSON.stringify(failure)).not.toContain(server.keyPem.split("\n")[1]);
  expect(await writeDb.certificate.count()).toBe(before);
});
