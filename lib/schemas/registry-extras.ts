import { z } from "zod";
import type { InputErrorCode } from "#lib/errors.ts";
import { checkedBy, textLine } from "./checked-text.ts";

const maxKeyLength = 16_384;
const maxRules = 100;
const bytesPerMebibyte = 1_048_576;

function keyProblem(pem: string): InputErrorCode | null {
  if (pem === "") return null;
  if (pem.includes("-----BEGIN ENCRYPTED PRIVATE KEY-----") || /^Proc-Type: 4,ENCRYPTED/m.test(pem)) {
    return "key-encrypted";
  }
  return /-----BEGIN [A-Z ]*PRIVATE KEY-----[\sA-Za-z0-9+/=]+-----END [A-Z ]*PRIVATE KEY-----/.test(pem)
    ? null
    : "key-format";
}

export function proxyProblem(text: string): InputErrorCode | null {
  if (text === "") return null;
  const url = URL.parse(text);
  if (url === null || !/^https?:$/.test(url.protocol) || url.hostname === "") return "proxy-format";
  if (url.username !== "" || url.password !== "") return "proxy-has-credentials";
  return url.pathname === "/" && url.search === "" && url.hash === "" ? null : "proxy-format";
}

/** Hosts, domains, addresses, ranges; a port behind. The engine tells which is which. */
const ruleFormat = /^[A-Za-z0-9.*:_\-/[\]]{1,255}$/;

function rulesProblem(text: string): InputErrorCode | null {
  const rules = splitRules(text);
  return rules.length <= maxRules && rules.every((rule) => ruleFormat.test(rule)) ? null : "no-proxy-format";
}

function splitRules(text: string): string[] {
  return text.split(/[\s,]+/).filter((rule) => rule !== "");
}

function rateProblem(text: string): InputErrorCode | null {
  if (text === "") return null;
  return /^\d{1,6}(?:\.\d{1,3})?$/.test(text) && Number(text) > 0 ? null : "rate-format";
}

/** Empty means unlimited. */
const rate = z
  .string()
  .trim()
  .transform(checkedBy(rateProblem))
  .transform((text) => (text === "" ? null : Number(text)));

/** What few registries need to be reached. An empty key or password means the stored one, where there is one. */
export const connectionExtras = {
  clientKeyPem: z.string().trim().max(maxKeyLength).transform(checkedBy(keyProblem)).default(""),
  /** Without credentials, which stand beside it. */
  proxyUrl: z.string().trim().max(300).transform(checkedBy(proxyProblem)).default(""),
  proxyUsername: textLine(255).default(""),
  proxyPassword: z.string().max(8192).default(""),
  /** What is reached without the proxy: parted by spaces, commas or lines. */
  noProxy: z.string().max(10_000).transform(checkedBy(rulesProblem)).transform(splitRules).default([]),
};

/** Of all workers together. */
export const registryLimits = {
  requestsPerSecond: rate.default(null),
  /** Entered in MiB a second. */
  bytesPerSecond: rate
    .transform((mebibytes) => (mebibytes === null ? null : Math.ceil(mebibytes * bytesPerMebibyte)))
    .default(null),
};

/** As the form has it. */
export function formatMebibytes(sizeBytes: number | null): string {
  return sizeBytes === null ? "" : String(Math.round((sizeBytes / bytesPerMebibyte) * 1000) / 1000);
}

interface Together {
  clientCertPem: string;
  clientKeyPem: string;
  proxyUrl: string;
  proxyUsername: string;
  proxyPassword: string;
  noProxy: string[];
}

/** What is wrong between the fields, by field. */
export function extrasProblems(input: Together): [keyof Together, InputErrorCode][] {
  const proxied = input.proxyUsername !== "" || input.proxyPassword !== "" || input.noProxy.length > 0;
  return [
    ...(input.clientKeyPem !== "" && input.clientCertPem === ""
      ? [["clientCertPem", "required"] as [keyof Together, InputErrorCode]]
      : []),
    ...(proxied && input.proxyUrl === ""
      ? [["proxyUrl", "required"] as [keyof Together, InputErrorCode]]
      : []),
    ...(input.proxyPassword !== "" && input.proxyUsername === ""
      ? [["proxyUsername", "password-without-username"] as [keyof Together, InputErrorCode]]
      : []),
  ];
}
