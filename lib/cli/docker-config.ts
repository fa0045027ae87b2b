import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { z } from "zod";
import type { Credentials } from "../engine/oci/auth.ts";
import type { RegistryHost } from "../engine/oci/reference.ts";
import { UsageError } from "./usage-error.ts";

// https://docs.docker.com/reference/cli/docker/login/
const configSchema = z.object({
  auths: z
    .record(
      z.string(),
      z.object({
        auth: z.string().optional(),
        username: z.string().optional(),
        password: z.string().optional(),
        identitytoken: z.string().optional(),
      }),
    )
    .optional(),
  credHelpers: z.record(z.string(), z.string()).optional(),
  credsStore: z.string().optional(),
});

const helperAnswerSchema = z.object({ Username: z.string(), Secret: z.string() });
const helperPattern = /^[\w.-]{1,64}$/;
/** The user name that stands for an identity token. */
const tokenUsername = "<token>";
const helperTimeoutMs = 15_000;
const maxConfigBytes = 1024 * 1024;

type Config = z.infer<typeof configSchema>;

/**
 * Finds credentials as docker and podman keep them, by registry.
 *
 * @param paths files like `config.json`; the first that knows the registry counts
 * @throws UsageError for a file that cannot be read, or is no such document, or names a helper that fails
 */
export async function findCredentials(
  registry: RegistryHost,
  paths: readonly string[],
): Promise<Credentials | undefined> {
  for (const path of paths) {
    const found = await findInConfig(await readConfig(path), registry, path);
    if (found) return found;
  }
  return undefined;
}

async function readConfig(path: string): Promise<Config> {
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : `${path} cannot be read`, { cause: error });
  }
  try {
    if (text.length > maxConfigBytes) throw new Error("too large");
    return configSchema.parse(JSON.parse(text));
  } catch (error) {
    throw new UsageError(`${path} is no docker config.json`, { cause: error });
  }
}

/** Docker Hub's entry is named by the address of its first API. */
const dockerHubKeys = ["https://index.docker.io/v1/", "index.docker.io", "registry-1.docker.io"];

async function findInConfig(
  config: Config,
  registry: RegistryHost,
  path: string,
): Promise<Credentials | undefined> {
  const keys = registry === "docker.io" ? [registry, ...dockerHubKeys] : [registry];
  const helper = keys.map((key) => config.credHelpers?.[key]).find(Boolean) ?? config.credsStore;
  const { auths = {} } = config;
  const name = findName(Object.keys(auths), keys);
  const entry = name === undefined ? undefined : auths[name];
  // A store's entries stand in the file, too, but empty.
  const stored = entry && parseEntry(entry);
  if (stored) return stored;
  return helper === undefined ? undefined : askHelper(helper, name ?? registry, path);
}

/** The entry for a host: by its name, by docker's address of it, or by one of its paths, which podman knows. */
function findName(names: readonly string[], keys: readonly string[]): string | undefined {
  const bare = (name: string) => name.replace(/^https?:\/\//, "");
  const ofHost = (name: string) => keys.includes(bare(name).replace(/\/(?:v[12]\/?)?$/, ""));
  const ofPath = (name: string) => keys.includes(bare(name).replace(/\/.*$/, ""));
  return (
    keys.find((key) => names.includes(key)) ??
    names.find(ofHost) ??
    names.filter(ofPath).sort((one, other) => bare(other).length - bare(one).length)[0]
  );
}

function parseEntry(entry: NonNullable<Config["auths"]>[string]): Credentials | undefined {
  const { auth, username, password, identitytoken } = entry;
  if (identitytoken) return { identityToken: identitytoken };
  if (username && password) return { username, password };
  const decoded = Buffer.from(auth ?? "", "base64").toString("utf8");
  const colon = decoded.indexOf(":");
  if (colon < 1) return undefined;
  // Some clients pad what they store by zero bytes.
  return { username: decoded.slice(0, colon), password: decoded.slice(colon + 1).replace(/\0+$/, "") };
}

/** https://github.com/docker/docker-credential-helpers: `get` reads a server on standard input. */
async function askHelper(name: string, server: string, path: string): Promise<Credentials | undefined> {
  if (!helperPattern.test(name)) throw new UsageError(`${path} names a helper that cannot be one`);
  const answer = await new Promise<string | null>((resolve, reject) => {
    const command = `docker-credential-${name}`;
    const child = execFile(command, ["get"], { timeout: helperTimeoutMs }, (error, stdout) => {
      if (!error) resolve(stdout);
      // It says so on standard output, and fails, when it has none for the server.
      else if (/credentials not found/i.test(stdout)) resolve(null);
      else reject(new UsageError(`${command}, named in ${path}, failed`, { cause: error }));
    });
    child.stdin?.on("error", () => undefined).end(server);
  });
  if (answer === null) return undefined;
  try {
    const { Username, Secret } = helperAnswerSchema.parse(JSON.parse(answer));
    return Username === tokenUsername ? { identityToken: Secret } : { username: Username, password: Secret };
  } catch (error) {
    throw new UsageError(`docker-credential-${name} answered something else than credentials`, {
      cause: error,
    });
  }
}
