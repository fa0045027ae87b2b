import { parseArgs } from "node:util";
import { parseServerAddress } from "../domain/certificates/fetch-chain.ts";
import { checkContainerRegistryUrl } from "../domain/vcd/container-registry-url.ts";
import type { RegistryBase } from "../engine/oci/reference.ts";
import { parseBase, parseLine, type LineOptions } from "./side-options.ts";
import { parsed, UsageError } from "./usage-error.ts";

export const doctorUsage = `Usage: drayage doctor REGISTRY[/BASE] [options]

Walks from this machine to a pulled manifest, as clusters of Container Service Extension pull below REGISTRY[/BASE], and
says at each step what was seen, what it means and what to do: name, way, proxy, protocol, TLS, trust, registry API, clock,
sign-in, Harbor projects, one image in each of the three paths, plug-in inventory. Nothing is changed anywhere.

Options:
  --ca FILE             certificates that clusters trust besides the common authorities (PEM, DER or PKCS#7); may be repeated
  --cloud-director URL  the public endpoint of Cloud Director, to be looked at, too
  --auth FILE           credentials, as docker keeps them in config.json; unless given, they are looked for in
                        $REGISTRY_AUTH_FILE, $DOCKER_CONFIG/config.json and ~/.docker/config.json; with them, the permission
                        to push is tried by an upload that is called off, and Harbor tells more; all else goes without
  --no-auth             look for no credentials
  --plain-http          speak HTTP instead of HTTPS
  --any-address         follow the registry also where it points further inside than it lies itself
  --proxy URL           go through this proxy; unless given, as HTTPS_PROXY, HTTP_PROXY and NO_PROXY say; "none" for none
  --no-proxy LIST       hosts, .domains, addresses and networks to reach without it, separated by commas
  --timeout SECONDS     for the whole walk, 1 to 600 (120 unless given)
  --json                one document with codes and facts on standard output
  --help                show this text

Exit status: 0 nothing was found that keeps clusters from pulling, 1 something was, 2 the command is wrong.
`;

export interface DoctorOptions {
  readonly registry: RegistryBase;
  readonly caPaths: readonly string[];
  /** `host:port` */
  readonly cloudDirector?: string;
  readonly authPath?: string;
  readonly withoutAuth: boolean;
  readonly plainHttp: boolean;
  readonly anyAddress: boolean;
  readonly line: LineOptions;
  readonly totalTimeoutMs: number;
  readonly json: boolean;
}

const defaultTimeoutSeconds = 120;
const maxTimeoutSeconds = 600;

/** @throws UsageError */
export function parseDoctorOptions(args: readonly string[]): DoctorOptions | "help" {
  const { values, positionals } = parsed(() =>
    parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        ca: { type: "string", multiple: true, default: [] },
        "cloud-director": { type: "string" },
        auth: { type: "string" },
        "no-auth": { type: "boolean", default: false },
        "plain-http": { type: "boolean", default: false },
        "any-address": { type: "boolean", default: false },
        proxy: { type: "string" },
        "no-proxy": { type: "string" },
        timeout: { type: "string" },
        json: { type: "boolean", default: false },
        help: { type: "boolean", short: "h", default: false },
      },
    }),
  );
  if (values.help) return "help";
  const [text, ...more] = positionals;
  if (text === undefined) throw new UsageError("the registry is missing");
  if (more.length > 0) throw new UsageError(`only one registry at a time, not also "${more.join(" ")}"`);
  const { auth: authPath, "cloud-director": endpoint, timeout } = values;
  if (authPath !== undefined && values["no-auth"]) {
    throw new UsageError("--auth and --no-auth exclude each other");
  }
  return {
    registry: parseRegistry(toAsciiHost(text)),
    caPaths: values.ca,
    ...(endpoint !== undefined && { cloudDirector: parseEndpoint(endpoint) }),
    ...(authPath !== undefined && { authPath }),
    withoutAuth: values["no-auth"],
    plainHttp: values["plain-http"],
    anyAddress: values["any-address"],
    line: parseLine(values),
    totalTimeoutMs: parseTimeout(timeout) * 1_000,
    json: values.json,
  };
}

function parseRegistry(text: string): RegistryBase {
  const registry = parseBase("REGISTRY[/BASE]", text);
  const { problems, proposal } = checkContainerRegistryUrl(text);
  const folder = problems.find(({ code }) => code === "ends-in-folder")?.value;
  if (folder === undefined) return registry;
  throw new UsageError(`clusters look in ${folder} by themselves: leave it out, as in "${proposal ?? ""}"`);
}

/** An international name as name servers know it (UTS #46). */
function toAsciiHost(text: string): string {
  const [, host = "", rest = ""] = /^([^/:]*)(.*)$/su.exec(text) ?? [];
  if (!/[\u{80}-\u{10ffff}]/u.test(host)) return text;
  const ascii = URL.parse(`http://${host}/`)?.hostname;
  return ascii === undefined ? text : `${ascii}${rest}`;
}

function parseEndpoint(text: string): string {
  const address = parseServerAddress(text);
  if (address === null) throw new UsageError(`--cloud-director must be a host or its address, not "${text}"`);
  return `${address.host}:${address.port}`;
}

function parseTimeout(value: string | undefined): number {
  if (value === undefined) return defaultTimeoutSeconds;
  const seconds = Number(value);
  if (/^\d+$/.test(value) && seconds >= 1 && seconds <= maxTimeoutSeconds) return seconds;
  throw new UsageError(`--timeout must be a number from 1 to ${maxTimeoutSeconds}, not "${value}"`);
}
