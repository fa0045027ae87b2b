import fc from "fast-check";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Permission } from "#lib/auth/permissions.ts";
import { type JobOrigin, systemAccess } from "#lib/auth/system-access.ts";
import { db, writeDb } from "#lib/db/client.ts";
import { compareConfigs } from "#lib/domain/vcd/config-difference.ts";
import { editConfig, parseConfigDocument } from "#lib/domain/vcd/config-document.ts";
import { formatEntity } from "#lib/domain/vcd/format-entity.ts";
import type { ConfigInput, SavedConfig } from "#lib/schemas/server-config.ts";
import { AppError } from "#lib/errors.ts";
import { createTestDatabase, type TestDatabase } from "#lib/testing/database.ts";
import { issueCertificate } from "#lib/testing/issue-certificate.ts";
import { createPeople } from "#lib/testing/people.ts";
import { config40, config41, config42, wrapConfig } from "#lib/testing/vcdke-configs.ts";
import {
  checkConfig,
  downloadRevision,
  getRevisionDifference,
  getServerConfig,
  listRevisions,
  previewConfig,
  readCurrentConfig,
  saveConfig,
} from "./index.ts";

const token = "ghp_0123456789abcdefghijABCDEFGHIJ456789";
const otherToken = "ghp_other6789abcdefghijABCDEFGHIJ4567890";
const authority = issueCertificate({ subject: "Example Root CA", ca: true });
/** The samples with a certificate that can be read, and with a token. */
const prepare = (text: string) => {
  const document = parseConfigDocument(text);
  const lists = document.typeVersion === "1.0.0" ? {} : { clusterCertificates: [authority.pem] };
  return editConfig(document, { githubToken: token, ...lists });
};
const sample42 = prepare(config42).text;
const withCode = (code: string): unknown => expect.objectContaining({ code });

let database: TestDatabase;
let provider: JobOrigin;
const as = <P extends Permission>(permission: P) => systemAccess(provider, permission);

beforeAll(async () => {
  database = await createTestDatabase();
  provider = { id: "test", organizationId: null, startedBy: await createPeople(writeDb).user() };
});
afterAll(() => database.drop());
beforeEach(async () => {
  await forgetConfig();
});

async function forgetConfig(): Promise<void> {
  await writeDb.certificateEntry.deleteMany();
  await writeDb.certificate.deleteMany();
  await writeDb.configRevision.deleteMany();
}

type Draft = ConfigInput["draft"];
const newest = async (): Promise<number | null> => (await readCurrentConfig(db))?.number ?? null;
/** Where clusters would pull from elsewhere, as by somebody who has had that examined, and nothing was found. */
async function save(draft: Draft, seen?: number | null): Promise<SavedConfig> {
  const input = { seen: seen === undefined ? await newest() : seen, draft, confirmed: [] };
  try {
    return await saveConfig(as("settings.write"), input);
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== "registry-unchecked") throw error;
    const { id } = await checkConfig(as("settings.write"), input);
    await writeDb.doctorRun.update({ where: { id }, data: { state: "finished", finishedAt: new Date() } });
    return saveConfig(as("settings.write"), input);
  }
}
const preview = async (draft: Draft, seen?: number | null) =>
  previewConfig(as("settings.write"), { seen: seen === undefined ? await newest() : seen, draft });
const importOf = (text: string, more: Partial<Extract<Draft, { kind: "import" }>> = {}): Draft => ({
  ...{ kind: "import", text, changes: {}, keepsToken: false, kept: [] },
  ...more,
});
const edit = (changes: Extract<Draft, { kind: "edit" }>["changes"]): Draft => ({ kind: "edit", changes });
const restore = (revision: number): Draft => ({ kind: "restore", revision });
const stored = async () => (await readCurrentConfig(db))?.document;
const download = async (revision: number) => (await downloadRevision(as("settings.read"), { revision })).text;

/** All that somebody who may see everything is ever shown. */
async function readEverything(): Promise<string> {
  const revisions = await listRevisions(as("settings.read"), {
    ...{ search: "", sort: "number", order: "desc", page: 1, pageSize: 100 },
  });
  const each = await Promise.all(
    revisions.rows.map(async ({ number }) => [
      await getRevisionDifference(as("settings.read"), { revision: number }),
      await download(number),
    ]),
  );
  const rows = [await writeDb.auditEntry.findMany(), await writeDb.configRevision.findMany()];
  const all = [revisions, each, rows, await getServerConfig(as("settings.read"))];
  return JSON.stringify(all, (_key, value: unknown) => (typeof value === "bigint" ? String(value) : value));
}

describe("a document that is imported, saved and downloaded", () => {
  test("is what it was but for its token, whatever unknown fields it has", async () => {
    const key = fc.constantFrom("x", "10", "__proto__", "ключ", "a b", "");
    // What looks like an account in an address is hidden: another test's matter.
    const plain = fc
      .jsonValue({ maxDepth: 2 })
      .map((json) => JSON.stringify(json))
      .filter((json) => !json.includes("@"));
    const value = fc.oneof(
      fc.constantFrom("1.0", "9007199254740993", "1e400", '"\\u00e9\\n"', "[]", "{}"),
      plain,
    );
    const members = fc.uniqueArray(fc.tuple(key, value), { selector: ([name]) => name, maxLength: 4 });
    const documents = fc.constantFrom(
      config40,
      config41,
      config42,
      wrapConfig(config42),
      wrapConfig(config41),
    );
    const anchor = fc.constantFrom('"profiles"', '"serverConfig"', '"capiEcosystem"', '"K8Config"');
    await fc.assert(
      fc.asyncProperty(documents, members, anchor, async (text, extra, at) => {
        await forgetConfig();
        const added = extra.map(([name, json]) => `${JSON.stringify(name)}: ${json}, `).join("");
        // A function, since in a text `$&` and its like would stand for something else.
        const given = prepare(text.replace(at, () => `${added}${at}`));
        const { number } = await save(importOf(given.text));
        expect((await stored())?.text).toBe(given.text);
        expect(await download(number)).toBe(formatEntity(editConfig(given, { githubToken: "" })));
        // Taken back, it changes nothing.
        const again = await save(importOf(await download(number), { keepsToken: true }));
        expect(again).toMatchObject({ number, isChanged: false });
      }),
      { numRuns: 25 },
    );
  });

  test("may have members that JavaScript takes for something else, also where a text becomes an object", async () => {
    const given = (note: string) => sample42.replace('"profiles"', `"note": ${note}, "profiles"`);
    await save(importOf(given('"a text"')));
    const { number } = await save(importOf(given('{"__proto__": {"constructor": 1}}')));
    const { rows } = await getRevisionDifference(as("settings.read"), { revision: number });
    expect(rows).toMatchObject([{ path: "note", kind: "changed", before: ["a text"] }]);
    expect(rows[0]?.after?.join("")).toContain("__proto__");
  });

  test("names the field that the schema does not allow, and nothing is saved", async () => {
    const broken: [string, string, string][] = [
      [sample42.replace('"900"', "true"), "nodeStartupTimeout", "wrong-type"],
      [
        sample42.replace('"maxUnhealthyNodes": 100', '"maxUnhealthyNodes": 101'),
        "maxUnhealthyNodes",
        "out-of-range",
      ],
      [sample42.replace(/"host": "[^"]*",/, ""), "syslogHost", "required"],
      [sample42.replace('"v1.3.2"', '"1.3.2"'), "capvcdVersion", "version-prefix"],
    ];
    for (const [text, field, code] of broken) {
      expect([field, text === sample42]).toEqual([field, false]);
      const { problems } = await preview(importOf(text));
      expect(problems).toContainEqual(expect.objectContaining({ field, code }));
      await expect(save(importOf(text))).rejects.toThrow(withCode("config-invalid"));
    }
    expect(await newest()).toBeNull();
  });

  test("is mended before it is saved", async () => {
    const text = sample42.replace('"v1.3.2"', '"1.3.2"').replace('"900"', '"15m"');
    const changes = { capvcdVersion: "v1.3.2", nodeStartupTimeout: "900s" };
    const { problems, values } = await preview(importOf(text, { changes }));
    expect(
      problems.filter(({ field }) => field === "capvcdVersion" || field === "nodeStartupTimeout"),
    ).toEqual([]);
    expect(values).toMatchObject({ capvcdVersion: "v1.3.2", nodeStartupTimeout: "900" });
    expect(await save(importOf(text, { changes }))).toMatchObject({
      number: 1,
      newCertificates: [expect.any(String)],
    });
  });

  test("says where it cannot be read", async () => {
    const bad: [string, object][] = [
      ['{"profiles": [\n  {,', { documentError: "not-json", line: 2, column: 4 }],
      ['{"profiles": [], "profiles": []}', { documentError: "key-twice", line: 1 }],
      ["{}", { documentError: "profile-missing" }],
      [
        '{"entityType": "urn:vcloud:type:vmware:capvcdCluster:1.1.0", "entity": {}}',
        { documentError: "other-type" },
      ],
      [`"${"x".repeat(1_100_000)}"`, { documentError: "too-large" }],
    ];
    for (const [text, facts] of bad) {
      const refused = { code: "config-unreadable", facts: expect.objectContaining(facts) as unknown };
      await expect(preview(importOf(text))).rejects.toMatchObject(refused);
      await expect(save(importOf(text))).rejects.toMatchObject(refused);
    }
    expect(await newest()).toBeNull();
  });

  test("with a private key among the certificates is refused, and the key is nowhere", async () => {
    const key = "-----BEGIN PRIVATE KEY-----\nTUlJRXNlY3JldA==\n-----END PRIVATE KEY-----\n";
    const { text } = editConfig(prepare(config42), { bootstrapCertificates: [key] });
    const shown = await preview(importOf(text));
    expect(shown.problems).toContainEqual(
      expect.objectContaining({ field: "bootstrapCertificates", code: "private-key" }),
    );
    expect(JSON.stringify(shown)).not.toContain("TUlJRXNlY3JldA");
    await expect(save(importOf(text))).rejects.toThrow(withCode("config-invalid"));
    expect(await readEverything()).not.toContain("TUlJRXNlY3JldA");
  });
});

describe("secrets", () => {
  const secretive = editConfig(
    parseConfigDocument(sample42.replace('"profiles"', '"vault": {"password": "hunter2"}, "profiles"')),
    { httpProxy: "http://dana:hunter3@proxy.example.com:3128" },
  ).text;
  const secrets = new RegExp(`${token}|${otherToken}|hunter2|hunter3`);

  test("are in nothing that anybody is shown", async () => {
    await save(importOf(secretive));
    await save(edit({ githubToken: otherToken, sizingPolicy: "TKG large" }));
    await save(restore(1));
    expect(await readEverything()).not.toMatch(secrets);
    const drafts = [importOf(sample42), edit({ githubToken: "x", httpProxy: "http://other:1" }), restore(1)];
    for (const draft of drafts) expect(JSON.stringify(await preview(draft, 1))).not.toMatch(secrets);
  });

  test("stay when they come back as they were shown, and are asked for when their address is another", async () => {
    await save(importOf(secretive));
    const given = await download(1);
    expect(given).toContain('"githubPersonalAccessToken": ""');
    const changed = given.replace("TKG small", "TKG large");
    const { lacksToken, problems } = await preview(importOf(changed, { keepsToken: true }));
    expect([lacksToken, problems.filter(({ code }) => code.endsWith("-hidden"))]).toEqual([true, []]);
    await save(importOf(changed, { keepsToken: true }));
    expect((await stored())?.text).toMatch(secrets);
    const paths = (await getRevisionDifference(as("settings.read"), { revision: 2 })).rows;
    expect(paths.map(({ field }) => field)).toEqual(["sizingPolicy"]);

    const shown = (await getServerConfig(as("settings.read"))).config?.values.httpProxy;
    expect(shown).toBe("http://***@proxy.example.com:3128");
    expect(await save(edit({ httpProxy: shown ?? "" }))).toMatchObject({ isChanged: false });
    const moved = edit({ httpProxy: "http://***@proxy.example.org:3128" });
    expect((await preview(moved)).problems).toContainEqual(
      expect.objectContaining({ field: "httpProxy", code: "password-hidden" }),
    );
    await expect(save(moved)).rejects.toThrow(withCode("config-invalid"));
  });

  test("of a document without a token: the stored one goes, unless it is kept", async () => {
    await save(importOf(sample42));
    const bare = await download(1);
    await save(importOf(bare));
    expect((await getServerConfig(as("settings.read"))).config?.hasToken).toBe(false);
    expect((await getRevisionDifference(as("settings.read"), { revision: 2 })).rows).toMatchObject([
      { field: "githubToken", kind: "removed", before: null, after: null, isSecret: true },
    ]);
  });
});

describe("revisions", () => {
  test("are listed with who, why and how much, the latest first, and one is restored as the next", async () => {
    await save(importOf(sample42));
    await save(
      edit({ sizingPolicy: "TKG large", noProxy: "localhost,127.0.0.1,cluster.local,.svc,.example.com" }),
    );
    const shown = await preview(restore(1));
    expect(shown.difference.rows.map(({ field }) => field)).toEqual(["noProxy", "sizingPolicy"]);
    expect(await save(restore(1))).toMatchObject({ number: 3, isChanged: true });
    expect((await stored())?.text).toBe(sample42);
    const page = await listRevisions(as("settings.read"), {
      ...{ search: "", sort: "number", order: "desc", page: 1, pageSize: 10 },
    });
    expect(page).toMatchObject({
      total: 3,
      rows: [
        { number: 3, origin: "restored", restoredFrom: 1, differenceCount: 2 },
        { number: 2, origin: "edited", restoredFrom: null, differenceCount: 2 },
        { number: 1, origin: "imported", restoredFrom: null },
      ],
    });
    const entry = await writeDb.auditEntry.findFirst({ orderBy: { id: "desc" } });
    expect(entry).toMatchObject({
      action: "server-config.restore",
      objectName: "vcdKeConfig",
      after: { revision: 3, restoredFrom: 1 },
    });
  });

  test("that are restored keep the token as it is now", async () => {
    await save(importOf(sample42));
    await save(edit({ githubToken: "" }));
    await save(edit({ sizingPolicy: "TKG large" }));
    await save(restore(1));
    expect((await getServerConfig(as("settings.read"))).config).toMatchObject({
      hasToken: false,
      values: { sizingPolicy: "TKG small" },
    });
    await save(edit({ githubToken: otherToken }));
    await save(edit({ sizingPolicy: "TKG medium" }));
    await save(restore(1));
    const document = await stored();
    expect(document && compareConfigs(parseConfigDocument(sample42), document)).toMatchObject([
      { field: "githubToken", kind: "changed" },
    ]);
  });

  test("that hold already are not saved again, and those that are not there are not found", async () => {
    await save(importOf(sample42));
    expect(await save(restore(1))).toMatchObject({ number: 1, isChanged: false });
    await expect(save(restore(7))).rejects.toThrow(withCode("not-found"));
    await expect(getRevisionDifference(as("settings.read"), { revision: 7 })).rejects.toThrow(
      withCode("not-found"),
    );
    await expect(download(7)).rejects.toThrow(withCode("not-found"));
  });
});

describe("of two editors", () => {
  test("the second is told, sees both, and loses nothing", async () => {
    await save(importOf(sample42));
    await save(edit({ sizingPolicy: "TKG large", httpProxy: "http://proxy.example.com:3128" }), 1);
    const mine = edit({ sizingPolicy: "TKG medium", syslogHost: "logs.example.com", syslogPort: "514" });
    await expect(save(mine, 1)).rejects.toThrow(withCode("config-overtaken"));
    const { overtaking, number, difference } = await preview(mine, 1);
    expect(number).toBe(2);
    expect(overtaking).toMatchObject({
      number: 2,
      savedBy: expect.any(String) as unknown,
      conflicts: [
        { field: "sizingPolicy", before: ["TKG small"], mine: ["TKG medium"], theirs: ["TKG large"] },
      ],
      theirsAlone: ["httpProxy"],
    });
    expect(overtaking?.theirs.rows.map(({ field }) => field)).toEqual(["httpProxy", "sizingPolicy"]);
    expect(difference.rows.map(({ field }) => field).toSorted()).toEqual(
      ["sizingPolicy", "syslogHost", "syslogPort"].toSorted(),
    );
    // Theirs is chosen where both met.
    await save(edit({ syslogHost: "logs.example.com", syslogPort: "514" }), 2);
    expect((await getServerConfig(as("settings.read"))).config?.values).toMatchObject({
      sizingPolicy: "TKG large",
      httpProxy: "http://proxy.example.com:3128",
      syslogHost: "logs.example.com",
    });
  });

  test("one who imports keeps what only the other has changed, where it is wanted", async () => {
    await save(importOf(sample42));
    await save(edit({ httpProxy: "http://proxy.example.com:3128", githubToken: otherToken }), 1);
    const imported = importOf(sample42.replace("TKG small", "TKG large"));
    const { overtaking } = await preview(imported, 1);
    expect(overtaking).toMatchObject({ conflicts: [], theirsAlone: ["githubToken", "httpProxy"] });
    await save({ ...imported, kept: overtaking?.theirsAlone ?? [] } as Draft, 2);
    const document = await stored();
    const wanted = editConfig(parseConfigDocument(sample42), {
      ...{ sizingPolicy: "TKG large", httpProxy: "http://proxy.example.com:3128", githubToken: otherToken },
    });
    expect(document?.text).toBe(wanted.text);
  });

  test("at the same time one is told, and revisions have no gap", async () => {
    await save(importOf(sample42));
    const policies = ["TKG medium", "TKG large", "TKG extra-large", "own"];
    const outcomes = await Promise.allSettled(
      policies.map((sizingPolicy) => save(edit({ sizingPolicy }), 1)),
    );
    const refused = outcomes.filter((outcome) => outcome.status === "rejected");
    expect(refused).toHaveLength(3);
    for (const { reason } of refused) expect(reason).toMatchObject({ code: "config-overtaken" });
    expect(await writeDb.configRevision.count()).toBe(2);
  });

  test("who begins at the same time as another is told as well", async () => {
    const version = "4.2.3";
    await save({ kind: "new", version });
    await expect(save({ kind: "new", version }, null)).rejects.toThrow(withCode("config-overtaken"));
    expect((await preview({ kind: "new", version }, null)).overtaking).toMatchObject({ number: 1 });
  });
});

test("a configuration begins with the template and the components of a release", async () => {
  expect(await getServerConfig(as("settings.read"))).toMatchObject({ config: null });
  await expect(save(edit({ sizingPolicy: "x" }))).rejects.toThrow(withCode("config-missing"));
  await expect(save({ kind: "new", version: "9.9" })).rejects.toThrow(withCode("not-found"));
  expect(await save({ kind: "new", version: "4.2.1" })).toMatchObject({ number: 1, destination: null });
  const { config } = await getServerConfig(as("settings.read"));
  expect(config).toMatchObject({
    ...{ number: 1, hasToken: false, laterFields: [], typeVersion: "1.1.0" },
    values: { capvcdVersion: "v1.3.0", cpiVersion: "1.6.0", nodeStartupTimeout: "900" },
  });
  expect(config?.problems.map(({ code }) => code)).toEqual(["retired-host"]);
});

test("a document of 4.0 says what it cannot have", async () => {
  await save(importOf(prepare(config40).text));
  const { config } = await getServerConfig(as("settings.read"));
  expect(config?.typeVersion).toBe("1.0.0");
  expect(config?.laterFields).toContain("nodeStartupTimeout");
  const later = edit({ nodeStartupTimeout: "600" });
  expect((await preview(later)).problems).toContainEqual(
    expect.objectContaining({ field: "nodeStartupTimeout", code: "later-type" }),
  );
  await expect(save(later)).rejects.toThrow(withCode("config-invalid"));
});

test("what is no number is told at its field and changes nothing", async () => {
  await save(importOf(sample42));
  const typed = edit({ nodeStartupTimeout: "15m", maxUnhealthyNodes: "", pollIntervalMinutes: "1.5" });
  const { problems } = await preview(typed);
  expect(problems.map(({ field, code }) => `${field} ${code}`)).toEqual(
    expect.arrayContaining([
      "nodeStartupTimeout seconds-format",
      "maxUnhealthyNodes required",
      "pollIntervalMinutes not-whole",
    ]),
  );
  await expect(save(typed)).rejects.toThrow(withCode("config-invalid"));
  expect(await save(edit({ nodeStartupTimeout: " 900s " }))).toMatchObject({ isChanged: false });
});

test("certificates are told by name, never as a text", async () => {
  await save(importOf(sample42));
  const { rows } = await getRevisionDifference(as("settings.read"), { revision: 1 });
  const list = rows.find(({ field }) => field === "clusterCertificates");
  expect(list?.after).toEqual([expect.stringMatching(/Example Root CA.*SHA-256 [0-9a-f]{16}…/)]);
});
