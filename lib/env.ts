import "server-only";
import { existsSync } from "node:fs";
import { basename, isAbsolute, resolve } from "node:path";
import { z } from "zod";

const envFile = ".env";
const secretKeyBytes = 32;

/** A folder for bundles that the operator allows. */
export interface BundleDir {
  /** What people call it; the folder's own name unless given. */
  name: string;
  path: string;
}

/** `[name=]/path`, several of them separated by colons. */
function parseBundleDirs(text: string, context: z.RefinementCtx): BundleDir[] {
  return text
    .split(":")
    .filter((entry) => entry.trim() !== "")
    .map((entry) => {
      const [, name, path = ""] = /^(?:([^=/]+)=)?(.*)$/s.exec(entry.trim()) ?? [];
      if (!isAbsolute(path)) {
        context.addIssue({ code: "custom", message: `"${entry}" must be [name=]/path` });
      }
      return { name: name?.trim() ?? basename(path), path: resolve(/* turbopackIgnore: true */ path) };
    });
}

/** Every variable that Drayage reads. `.env.example` names the same ones, which a test checks. */
export const environmentShape = {
  NODE_ENV: z.enum(["production", "development", "test"]).default("production"),
  HOST: z.string().default("127.0.0.1"),
  PORT: z.coerce.number().int().min(1).max(65_535).default(3000),
  PUBLIC_URL: z
    .url({ protocol: /^https?$/, error: "must be an http:// or https:// address", abort: true })
    .refine((text) => new URL(text).href === `${new URL(text).origin}/`, "must be an origin without a path")
    .transform((text) => new URL(text).origin)
    .optional(),
  TLS_CERT_FILE: z.string().optional(),
  TLS_KEY_FILE: z.string().optional(),
  TRUST_PROXY: z.stringbool().default(false),
  DATA_DIR: z.string().default("./data"),
  BUNDLE_DIRS: z.string().transform(parseBundleDirs).optional(),
  DATABASE_URL: z
    .string()
    // `user@/database?host=/socket/folder` is usual with PostgreSQL, though not a URL by the letter.
    .transform((text) => text.replace("@/", "@localhost/"))
    .refine(
      (text) => /^postgres(ql)?:\/\//.test(text) && URL.canParse(text),
      "must be a postgresql:// address",
    )
    .optional(),
  DATABASE_POOL_SIZE: z.coerce.number().int().min(2).max(100).default(10),
  DRAYAGE_SECRET_KEY: z
    .base64()
    .refine((text) => Buffer.from(text, "base64").length === secretKeyBytes, "must be 32 bytes in base64")
    .optional(),
  WORKER_CONCURRENCY: z.coerce.number().int().min(1).max(64).default(6),
  LOG_LEVEL: z.enum(["trace", "debug", "info", "warn", "error", "silent"]).default("info"),
};

const environment = z
  .object(environmentShape)
  .refine((values) => (values.TLS_CERT_FILE === undefined) === (values.TLS_KEY_FILE === undefined), {
    path: ["TLS_KEY_FILE"],
    error: "TLS_CERT_FILE and TLS_KEY_FILE must be set together",
  })
  .transform((values) => {
    const scheme = values.TLS_CERT_FILE === undefined ? "http" : "https";
    return {
      ...values,
      DATA_DIR: resolve(/* turbopackIgnore: true */ values.DATA_DIR),
      PUBLIC_URL: values.PUBLIC_URL ?? `${scheme}://localhost:${values.PORT}`,
    };
  });

/** The environment cannot be used as it is; the message names each variable and what is wrong with it. */
export class EnvironmentError extends Error {
  override readonly name = "EnvironmentError";
}

/** @throws EnvironmentError */
export function parseEnvironment(source: Readonly<Record<string, string | undefined>>) {
  // Compose files and CI pass "" for what is not set.
  const values = Object.fromEntries(Object.entries(source).filter(([, value]) => value !== ""));
  const result = environment.safeParse(values);
  if (result.success) return result.data;
  const lines = result.error.issues.map((issue) => `  ${issue.path.join(".")}: ${issue.message}`);
  throw new EnvironmentError(`These environment variables are wrong:\n${lines.join("\n")}`);
}

function readEnvironment() {
  // What is set already wins over the file.
  if (process.env.NODE_ENV !== "test" && existsSync(envFile)) process.loadEnvFile(envFile);
  try {
    const values = parseEnvironment(process.env);
    // next-auth knows its origin from nowhere else.
    process.env.NEXTAUTH_URL = values.PUBLIC_URL;
    return values;
  } catch (error) {
    if (!(error instanceof EnvironmentError)) throw error;
    // The start of every process: a trace of our sources would only hide what is wrong.
    process.stderr.write(`${error.message}\n`);
    return process.exit(1);
  }
}

export const env = readEnvironment();
