import type { z } from "zod";
import { asList, asMap, type YamlValue } from "./read-documents.ts";
import { shorten, type TrustFinding, trustFinding } from "./trust-finding.ts";

const maxTold = 20;
/** Fields that have rules of their own as long as they hold what they should, or nothing. */
const judgedElsewhere = new Set<PropertyKey | undefined>([
  "name",
  "data",
  "caCert",
  "httpProxy",
  "httpsProxy",
]);

/** Fields that the API does not know, or wants otherwise. @param prefix where `value` stands, with a dot behind */
export function checkShape(value: YamlValue, schema: z.ZodType, object: string, prefix = ""): TrustFinding[] {
  const { error } = schema.safeParse(value);
  const issues = error?.issues.slice(0, maxTold) ?? [];
  return issues.flatMap((issue) => {
    const field = `${prefix}${formatPath(issue.path)}`;
    if (issue.code === "unrecognized_keys") {
      return issue.keys.map((key) =>
        trustFinding("field-unknown", object, {
          field: `${field}${field === "" || field.endsWith(".") ? "" : "."}${shorten(key)}`,
        }),
      );
    }
    const [last, found] = [issue.path.at(-1), findAt(value, issue.path)];
    const isMissingProxy =
      found === undefined && ["httpProxy", "httpsProxy", "noProxy"].includes(String(last));
    if (isMissingProxy || (judgedElsewhere.has(last) && typeof found === "string")) return [];
    return [trustFinding("field-wrong", object, { field })];
  });
}

const formatPath = (path: readonly PropertyKey[]): string =>
  path.reduce<string>(
    (text, step) =>
      typeof step === "number" ? `${text}[${step}]` : `${text}${text === "" ? "" : "."}${String(step)}`,
    "",
  );

function findAt(value: YamlValue, path: readonly PropertyKey[]): YamlValue | undefined {
  return path.reduce<YamlValue | undefined>(
    (at, step) => (typeof step === "number" ? asList(at)[step] : asMap(at)?.[String(step)]),
    value,
  );
}
