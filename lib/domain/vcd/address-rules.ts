import { hostPattern, isPort } from "#lib/engine/oci/reference-grammar.ts";
import type { FieldProblem } from "./field-problem.ts";
import { hiddenSecret } from "./secret-values.ts";

/** `http(s)://host[:port]`; empty for no proxy. What is given without a scheme is taken for HTTP by whoever uses it. */
export function findAddressProblems(address: string): FieldProblem[] {
  if (address === "") return [];
  const isSecretive = address.includes("@");
  const shown = isSecretive ? {} : { value: address };
  if (/\s/u.test(address)) return [{ code: "whitespace", ...shown }];
  const hasScheme = /^[a-z][a-z0-9+.-]*:\/\//i.test(address);
  const url = URL.parse(hasScheme ? address : `http://${address}`);
  const isAddress =
    url !== null &&
    /^https?:$/.test(url.protocol) &&
    url.pathname === "/" &&
    url.search === "" &&
    url.hash === "";
  if (!isAddress) return [{ code: "address-format", ...shown }];
  if (url.username === hiddenSecret && url.password === "") return [{ code: "password-hidden" }];
  const proposal = isSecretive ? {} : { proposal: `http://${address}` };
  return [
    ...(hasScheme ? [] : [{ code: "scheme-missing" as const, ...shown, ...proposal }]),
    ...(url.password === "" ? [] : [{ code: "readable-by-tenants" as const }]),
  ];
}

/** "List of comma-separated domains without spaces"; empty for none. */
export function findNoProxyProblems(text: string): FieldProblem[] {
  if (text === "") return [];
  const entries = text.split(",");
  const mended = entries.map((entry) => entry.replace(/\s/gu, "").replace(/^.*:\/\//u, ""));
  const proposal = [...new Set(mended.filter((entry) => entry !== ""))].join(",");
  const problems: FieldProblem[] = entries.flatMap((entry, index): FieldProblem[] => {
    if (entry.trim() === "") return [{ code: "empty-entry", index }];
    const other = mended.indexOf(mended[index] ?? "");
    return [
      ...(/\s/u.test(entry) ? [{ code: "whitespace" as const, index, value: entry }] : []),
      ...(entry.includes("://") ? [{ code: "scheme" as const, index, value: entry }] : []),
      ...(other < index ? [{ code: "duplicate" as const, index, other, value: entry.trim() }] : []),
    ];
  });
  return problems.map((problem) => ({ ...problem, proposal }));
}

/** A name or an address, without scheme and port; empty for no system log. */
export function findHostProblems(host: string): FieldProblem[] {
  if (host === "") return [];
  if (/\s/u.test(host)) return [{ code: "whitespace", value: host }];
  const name = host.toLowerCase();
  const isName = hostPattern.test(name) && !name.includes(":");
  const isAddress = /^[a-f0-9:.]*:[a-f0-9:.]*$/.test(name) && URL.canParse(`http://[${name}]/`);
  if (isName || isAddress) return [];
  const proposal = /^[a-z][a-z0-9+.-]*:\/\/([^/:@]+)(?::\d+)?\/?$/.exec(name)?.[1];
  if (proposal === undefined || !hostPattern.test(proposal)) return [{ code: "host-format", value: host }];
  return [{ code: "scheme", value: host, proposal }];
}

/** A port as a text; empty for no system log. */
export function findPortProblems(port: string): FieldProblem[] {
  if (port === "") return [];
  if (/^\d{1,5}$/.test(port) && isPort(port)) return [];
  const number = port.trim();
  const isMeant = /^\d{1,5}$/.test(number) && isPort(number);
  return [{ code: "port-format", value: port, ...(isMeant && { proposal: number }) }];
}
