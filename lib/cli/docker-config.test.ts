import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { afterAll, afterEach, beforeAll, expect, test, vi } from "vitest";
import { parseRegistryHost } from "../engine/oci/reference.ts";
import { findCredentials } from "./docker-config.ts";
import { UsageError } from "./usage-error.ts";

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "drayage-docker-config-"));
});
afterAll(() => rm(dir, { recursive: true, force: true }));
afterEach(() => vi.unstubAllEnvs());

async function save(content: unknown): Promise<string> {
  const path = join(dir, `${crypto.randomUUID()}.json`);
  await writeFile(path, typeof content === "string" ? content : JSON.stringify(content));
  return path;
}

const encode = (text: string) => Buffer.from(text).toString("base64");
const harbor = parseRegistryHost("harbor.example.com:8443");

test.each([
  ["by name", { "harbor.example.com:8443": { auth: encode("robot$a:s:e:cret") } }],
  ["by address", { "https://harbor.example.com:8443/v2/": { auth: encode("robot$a:s:e:cret") } }],
  ["in two fields", { "harbor.example.com:8443": { username: "robot$a", password: "s:e:cret" } }],
  ["padded by zero bytes", { "harbor.example.com:8443": { auth: encode("robot$a:s:e:cret\0\0") } }],
])("credentials are found %s", async (_how, auths) => {
  const path = await save({ auths, credsStore: "never-asked" });
  expect(await findCredentials(harbor, [path])).toEqual({ username: "robot$a", password: "s:e:cret" });
});

test("another port or host is another registry; the next file is asked", async () => {
  const first = await save({ auths: { "harbor.example.com": { auth: encode("a:b") } } });
  const second = await save({ auths: { "harbor.example.com:8443": { auth: encode("c:d") } } });
  expect(await findCredentials(harbor, [first])).toBeUndefined();
  expect(await findCredentials(harbor, [first, second])).toEqual({ username: "c", password: "d" });
});

test("Docker Hub goes by its old address", async () => {
  const path = await save({ auths: { "https://index.docker.io/v1/": { auth: encode("hub:pw") } } });
  expect(await findCredentials(parseRegistryHost("docker.io"), [path])).toEqual({
    username: "hub",
    password: "pw",
  });
});

test("an identity token is used instead of the password that stands beside it", async () => {
  const auth = encode("00000000-0000-0000-0000-000000000000:");
  const path = await save({ auths: { "harbor.example.com:8443": { auth, identitytoken: "eyJ" } } });
  expect(await findCredentials(harbor, [path])).toEqual({ identityToken: "eyJ" });
});

test("the host itself goes before its paths, its name before its address, and the longest path before others", async () => {
  const host = "harbor.example.com:8443";
  const names = [`${host}/team`, `${host}/team/a`, `${host}/b`, `https://${host}/v1/`, host];
  const found: string[] = [];
  while (names.length > 0) {
    const auths = Object.fromEntries(names.map((name) => [name, { username: name, password: "pw" }]));
    const credentials = await findCredentials(harbor, [await save({ auths })]);
    if (credentials === undefined || !("username" in credentials)) throw new Error("nothing found");
    found.push(credentials.username);
    names.splice(names.indexOf(credentials.username), 1);
  }
  expect(found).toEqual([host, `https://${host}/v1/`, `${host}/team/a`, `${host}/team`, `${host}/b`]);
});

async function saveHelper(name: string, script: string): Promise<void> {
  const path = join(dir, `docker-credential-${name}`);
  await writeFile(path, `#!/bin/sh\n${script}\n`);
  await chmod(path, 0o755);
  vi.stubEnv("PATH", `${dir}${delimiter}${process.env.PATH ?? ""}`);
}

test("a helper is asked for its registry, and for all others the store", async () => {
  await saveHelper(
    "mine",
    `read server; echo "{\\"Username\\":\\"$server\\",\\"Secret\\":\\"from helper\\"}"`,
  );
  const path = await save({ auths: {}, credHelpers: { "harbor.example.com:8443": "mine" } });
  expect(await findCredentials(harbor, [path])).toEqual({
    username: "harbor.example.com:8443",
    password: "from helper",
  });
  const stored = await save({ auths: { "https://harbor.example.com:8443": {} }, credsStore: "mine" });
  expect(await findCredentials(harbor, [stored])).toMatchObject({
    username: "https://harbor.example.com:8443",
  });
});

test("a helper says by the user name that it has an identity token", async () => {
  await saveHelper("tokens", `echo '{"Username":"<token>","Secret":"eyJ"}'`);
  const path = await save({ credsStore: "tokens" });
  expect(await findCredentials(harbor, [path])).toEqual({ identityToken: "eyJ" });
});

test("a helper that has none is no error; one that fails, or is no name, is", async () => {
  await saveHelper("empty", 'echo "credentials not found in native keychain"; exit 1');
  expect(await findCredentials(harbor, [await save({ credsStore: "empty" })])).toBeUndefined();
  await saveHelper("broken", "exit 1");
  await expect(findCredentials(harbor, [await save({ credsStore: "broken" })])).rejects.toThrow(UsageError);
  await expect(findCredentials(harbor, [await save({ credsStore: "../x; rm" })])).rejects.toThrow(UsageError);
});

test.each(["{", "[]", '{"auths": 1}'])("%s is no such file", async (text) => {
  await expect(findCredentials(harbor, [await save(text)])).rejects.toThrow("is no docker config.json");
});
