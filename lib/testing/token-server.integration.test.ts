import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { fillRegistry } from "#lib/demo/fill-registry.ts";
import { generateRelease } from "#lib/demo/generate-release.ts";
import { type Program, runProgram } from "./child-process.ts";
import { findProgram } from "./programs.ts";
import { type RegistryServer, startRegistry } from "./registry-server.ts";
import { startTokenServer, type TokenServer } from "./token-server.ts";

const recipe = { scale: 0.01 };
const account = { username: "robot$ci", password: "pass:word" };
const credentials = `${account.username}:${account.password}`;

let skopeo: Program;
let source: RegistryServer;
let image: string;
let tokens: TokenServer;
let guarded: RegistryServer;

beforeAll(async () => {
  [skopeo, source] = await Promise.all([findProgram("skopeo"), startRegistry()]);
  const index = generateRelease(recipe).find(({ repository }) => repository === "tkg/pause");
  if (!index) throw new Error("no such image");
  image = `${index.repository}:${index.tag}`;
  await fillRegistry(source.url, { ...recipe, only: ({ repository }) => repository === index.repository });
});
afterAll(() => source.stop());

beforeEach(async () => {
  tokens = await startTokenServer({ account });
  guarded = await startRegistry({ tokens });
});
afterEach(async () => {
  await Promise.all([guarded.stop(), tokens.stop()]);
});

const run = (...args: string[]) => runProgram(skopeo, [...args]);
const push = (...options: string[]) =>
  run(
    ...["copy", "--all", "--src-tls-verify=false", "--dest-tls-verify=false", ...options],
    ...[`docker://${source.host}/${image}`, `docker://${guarded.host}/airgap/${image}`],
  );
const inspect = (...options: string[]) =>
  run("inspect", "--raw", "--tls-verify=false", ...options, `docker://${guarded.host}/airgap/${image}`);

test("skopeo signs in, is given tokens for what it asks, and the registry takes them", async () => {
  await push("--dest-creds", credentials);
  const { stdout } = await inspect("--creds", credentials);
  expect(JSON.parse(stdout)).toMatchObject({ schemaVersion: 2 });
  const asked = tokens.requests.flatMap(({ scopes }) => scopes);
  expect(asked).toContain("repository:airgap/tkg/pause:pull,push");
  expect(asked.at(-1)).toBe("repository:airgap/tkg/pause:pull");
  for (const request of tokens.requests) {
    expect(request).toMatchObject({ status: 200, username: account.username, service: tokens.service });
  }
});

test("skopeo signs in by an identity token, too, where there are such", async () => {
  await push("--dest-creds", credentials);
  const auth = Buffer.from("00000000-0000-0000-0000-000000000000:").toString("base64");
  const folder = await mkdtemp(join(tmpdir(), "drayage-token-server-test-"));
  const authFile = join(folder, "auth.json");
  const entry = { auth, identitytoken: "identity" };
  await writeFile(authFile, JSON.stringify({ auths: { [guarded.host]: entry } }));
  tokens.configure({ account: { ...account, identityToken: "identity" } });
  try {
    await inspect("--authfile", authFile);
    expect(tokens.requests.at(-1)).toMatchObject({ status: 200, username: account.username });
    tokens.configure({ account: { ...account, identityToken: "another" } });
    await expect(inspect("--authfile", authFile)).rejects.toThrow(/401|unauthorized/i);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

test("who signs in wrongly, or not at all, gets nothing", async () => {
  await expect(push("--dest-creds", `${account.username}:wrong`)).rejects.toThrow(/401|unauthorized/i);
  await expect(inspect()).rejects.toThrow(/401|unauthorized/i);
  expect(tokens.requests.map(({ status }) => status)).not.toContain(200);
});

test("pulls go without signing in where that is allowed, pushes do not", async () => {
  await push("--dest-creds", credentials);
  tokens.configure({ anonymousPull: true });
  await inspect();
  expect(tokens.requests.at(-1)).toMatchObject({ status: 200, username: null });
  await expect(push()).rejects.toThrow(/denied|unauthorized/i);
});

test("what the server does not grant, the registry refuses", async () => {
  tokens.configure({ grant: ({ actions }) => actions.filter((action) => action === "pull") });
  await expect(push("--dest-creds", credentials)).rejects.toThrow(/denied|unauthorized/i);
  const granted = tokens.requests.flatMap((request) => request.granted);
  expect(granted.length).toBeGreaterThan(0);
  expect(granted.filter(({ actions }) => actions.join() !== "pull")).toEqual([]);
});

test("a token that has ended is refused, whatever the client was told of its life", async () => {
  const ask = async (signedLifeSeconds: number) => {
    tokens.configure({ signedLifeSeconds });
    const basic = `Basic ${Buffer.from(credentials).toString("base64")}`;
    const url = `${tokens.realm}?service=${tokens.service}&scope=repository:airgap/x:pull`;
    const answer = await fetch(url, { headers: { authorization: basic } });
    const { token, expires_in: told } = (await answer.json()) as { token: string; expires_in: number };
    expect(told).toBe(300);
    const headers = { authorization: `Bearer ${token}` };
    return (await fetch(`${guarded.url}/v2/airgap/x/tags/list`, { headers })).status;
  };
  expect(await ask(300)).toBe(404);
  expect(await ask(-61)).toBe(401);
});
