import { EngineError } from "../engine/oci/errors.ts";
import { parseRegistryBase, type RegistryBase } from "../engine/oci/reference.ts";
import { describeFailure } from "./describe-failure.ts";
import { UsageError } from "./usage-error.ts";

/** How one side is spoken to. */
export interface SideOptions {
  readonly plainHttp: boolean;
  readonly insecure: boolean;
  /** What the registry points to may lie further inside than the registry itself. */
  readonly anyAddress: boolean;
  /** PEM file. */
  readonly caPath?: string;
  /** PEM files. */
  readonly certPath?: string;
  readonly keyPath?: string;
  /** A docker `config.json`; the usual places unless given. */
  readonly authPath?: string;
}

/** What both sides have in common. */
export interface LineOptions {
  /** `http(s)://[user:password@]host:port`; the environment's unless given; "none" for none. */
  readonly proxy?: string;
  readonly noProxy?: readonly string[];
  readonly requestsPerSecond?: number;
  readonly bytesPerSecond?: number;
}

// For `parseArgs`: options that commands have in common.
export const fromArguments = {
  from: { type: "string" },
  "from-plain-http": { type: "boolean", default: false },
  "from-insecure": { type: "boolean", default: false },
  "from-any-address": { type: "boolean", default: false },
  "from-ca": { type: "string" },
  "from-cert": { type: "string" },
  "from-key": { type: "string" },
  "from-auth": { type: "string" },
} as const;

export const toArguments = {
  to: { type: "string" },
  "to-plain-http": { type: "boolean", default: false },
  "to-insecure": { type: "boolean", default: false },
  "to-any-address": { type: "boolean", default: false },
  "to-ca": { type: "string" },
  "to-cert": { type: "string" },
  "to-key": { type: "string" },
  "to-auth": { type: "string" },
} as const;

export const lineArguments = {
  proxy: { type: "string" },
  "no-proxy": { type: "string" },
  rps: { type: "string" },
  bandwidth: { type: "string" },
} as const;

export const commonArguments = {
  concurrency: { type: "string" },
  json: { type: "boolean", default: false },
  help: { type: "boolean", short: "h", default: false },
} as const;

export const commonUsage = `  --concurrency N         images at once, 1 to 64 (16 unless given)
  --json                  end with one line of JSON on standard output
  --help                  show this text
`;

const textColumn = 26;

/** The options of connections, for the sides that a command has. */
export function describeConnections(...sides: readonly ("from" | "to")[]): string {
  const option = (name: string, argument: string, ...lines: readonly string[]) => {
    const head = `  ${sides.map((side) => `--${side}-${name}`).join(", ")}${argument}`;
    const indent = `\n${" ".repeat(textColumn)}`;
    const gap = head.length < textColumn ? " ".repeat(textColumn - head.length) : indent;
    return `${head}${gap}${lines.join(indent)}\n`;
  };
  return [
    option("ca", " FILE", "trust these certificates (PEM) besides the system's"),
    option("insecure", "", "accept any certificate"),
    option("plain-http", "", "speak HTTP instead of HTTPS"),
    option(
      "any-address",
      "",
      "follow the registry also where it points further inside than it lies itself, as when a public",
      "one keeps its layers in an inner network",
    ),
    option("cert", " FILE", "show this client certificate (PEM), whose key is in the file of"),
    option("key", " FILE", "this option"),
    option(
      "auth",
      " FILE",
      "credentials, as docker keeps them in config.json; unless given, they are looked for in",
      "$REGISTRY_AUTH_FILE, $DOCKER_CONFIG/config.json and ~/.docker/config.json",
    ),
    `  --proxy URL             go through this proxy; unless given, as HTTPS_PROXY, HTTP_PROXY and NO_PROXY say; "none" for none
  --no-proxy LIST         hosts, .domains, addresses and networks to reach without it, separated by commas
  --rps N                 at most N requests a second to each registry
  --bandwidth SIZE        at most SIZE bytes a second to and from each registry, such as 500K, 20M or 1G
`,
  ].join("");
}

export const sourceUsage = `  --from REGISTRY[/BASE]  where the images are; may be left out when all lines name their registry
  --list FILE             which images; "-" reads standard input
`;

export const listUsage = `Lines of the list:
  path:tag                <from>/path:tag to <to>/path:tag
  path@sha256:...         the same by digest
  REGISTRY/path:tag       to <to>/path:tag; --from replaces the registry
  -b path:tag             an imgpkg bundle; -i an image (bundles are recognised without it, too)
  REGISTRY[/BASE] path tag
                          as in dependencies.txt: to <to>/vmware-cloud-director/path:tag; --from replaces the first column
  # ...                   skipped, as are blank lines
`;

type Values = Readonly<Record<string, string | boolean | string[] | undefined>>;

const text = (values: Values, name: string) => {
  const value = values[name];
  return typeof value === "string" ? value : undefined;
};

/** @throws UsageError */
export function parseSide(values: Values, side: "from" | "to"): SideOptions {
  const [caPath, certPath, keyPath, authPath] = ["ca", "cert", "key", "auth"].map((name) =>
    text(values, `${side}-${name}`),
  );
  if ((certPath === undefined) !== (keyPath === undefined)) {
    throw new UsageError(`--${side}-cert and --${side}-key belong together`);
  }
  return {
    plainHttp: values[`${side}-plain-http`] === true,
    insecure: values[`${side}-insecure`] === true,
    anyAddress: values[`${side}-any-address`] === true,
    ...(caPath !== undefined && { caPath }),
    ...(certPath !== undefined && { certPath }),
    ...(keyPath !== undefined && { keyPath }),
    ...(authPath !== undefined && { authPath }),
  };
}

/** @throws UsageError */
export function parseLine(values: Values): LineOptions {
  const [proxy, noProxy, rps, bandwidth] = ["proxy", "no-proxy", "rps", "bandwidth"].map((name) =>
    text(values, name),
  );
  if (proxy !== undefined && proxy !== "none" && !/^https?:$/.test(URL.parse(proxy)?.protocol ?? "")) {
    throw new UsageError("--proxy must be a URL such as http://proxy.example.com:3128, or none");
  }
  return {
    ...(proxy !== undefined && { proxy }),
    ...(noProxy !== undefined && { noProxy: parseRules(noProxy) }),
    ...(rps !== undefined && { requestsPerSecond: parseRate(rps) }),
    ...(bandwidth !== undefined && { bytesPerSecond: parseSize("--bandwidth", bandwidth) }),
  };
}

/** Rules separated by commas or blanks. */
export function parseRules(list: string): string[] {
  return list.split(/[\s,]+/).filter(Boolean);
}

function parseRate(value: string): number {
  const rate = Number(value);
  if (/^\d+(\.\d+)?$/.test(value) && rate > 0) return rate;
  throw new UsageError(`--rps must be a number above 0, not "${value}"`);
}

const unitBytes = { "": 1, K: 1024, M: 1024 ** 2, G: 1024 ** 3 };

/** `500K`, `20MiB`, `1G`, or bytes; in powers of 1024. @throws UsageError */
export function parseSize(option: string, value: string): number {
  const { amount, unit = "" } =
    /^(?<amount>\d+(?:\.\d+)?)(?<unit>[KMG]?)(?:i?B)?$/i.exec(value)?.groups ?? {};
  const bytes = Number(amount) * unitBytes[unit.toUpperCase() as keyof typeof unitBytes];
  if (amount !== undefined && bytes >= 1) return bytes;
  throw new UsageError(`${option} must be a size such as 500K or 20M, not "${value}"`);
}

/** @throws UsageError */
export function parseBase(option: string, value: string): RegistryBase {
  try {
    return parseRegistryBase(value);
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    throw new UsageError(`${option}: ${describeFailure(error)}`, { cause: error });
  }
}

const maxConcurrency = 64;
/** A line of 20 ms is kept busy by so many; on a fast one fewer are no faster. */
const defaultConcurrency = 16;

/** @throws UsageError */
export function parseConcurrency(value: string | undefined): number {
  if (value === undefined) return defaultConcurrency;
  const count = Number(value);
  if (/^\d+$/.test(value) && count >= 1 && count <= maxConcurrency) return count;
  throw new UsageError(`--concurrency must be a number from 1 to ${maxConcurrency}, not "${value}"`);
}
