import { hideInYaml } from "./embedded-yaml.ts";
import type { JsonPath, JsonValue } from "./json-tree.ts";
import { hiddenSecret, hideInText, isSecretPath } from "./secret-values.ts";

/** Whether what stands at a path is YAML by its name: `clusterctlyaml`. */
export const isYamlPath = (path: JsonPath): boolean =>
  /ya?ml$/i.test(path.findLast((step) => typeof step === "string") ?? "");

/**
 * A value without private keys, without passwords in addresses, and without what its keys, or those of the YAML in it, call
 * secret.
 *
 * @param path where it stands
 */
export function hideSecrets(value: JsonValue, path: JsonPath): JsonValue {
  if (typeof value === "string") return isYamlPath(path) ? hideInYaml(value) : hideInText(value);
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) {
    return (value as readonly JsonValue[]).map((item, index) => hideSecrets(item, [...path, index]));
  }
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [
      key,
      isSecretPath([key]) ? hiddenSecret : hideSecrets(item, [...path, key]),
    ]),
  );
}
