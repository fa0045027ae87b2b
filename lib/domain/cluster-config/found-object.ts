import { asList, asMap, asText, findBelow, type YamlMap, type YamlValue } from "./read-documents.ts";
import { shorten } from "./trust-finding.ts";

/** An object of Kubernetes as it was found: whether it is one that the API would take is not said. */
export interface FoundObject {
  readonly kind: string;
  readonly apiVersion: string;
  readonly name: string;
  /** Null where it is not said: that of the context in which it is applied. */
  readonly namespace: string | null;
  readonly body: YamlMap;
  /** `Kind/name`, for findings. */
  readonly label: string;
}

const maxObjects = 500;

/** Documents, those of a list one by one: `List`, as `kubectl get` prints it, or `SecretList` and its like of the API itself. */
export const listItems = (documents: readonly YamlValue[]): readonly YamlValue[] =>
  documents.flatMap((document) => {
    const map = asMap(document);
    const isList = asText(map?.kind)?.endsWith("List") === true && Array.isArray(map?.items);
    return isList ? asList(map.items) : [document];
  });

/** The objects of a text's documents. */
export function listObjects(documents: readonly YamlValue[]): FoundObject[] {
  return listItems(documents)
    .slice(0, maxObjects)
    .flatMap((each) => {
      const body = asMap(each);
      const kind = asText(body?.kind);
      if (body === null || kind === null) return [];
      const name = asText(findBelow(body, "metadata", "name")) ?? "";
      return [
        {
          kind,
          apiVersion: asText(body.apiVersion) ?? "",
          name,
          namespace: asText(findBelow(body, "metadata", "namespace")),
          body,
          label: `${shorten(kind)}/${shorten(name)}`,
        },
      ];
    });
}

/** Whether two objects may be in one namespace: what is not said may be any. */
export const mayShareNamespace = (one: FoundObject, other: FoundObject): boolean =>
  one.namespace === null || other.namespace === null || one.namespace === other.namespace;

/** The keys of a Secret with their texts: `data`, where they are base64, and `stringData`, where they are plain. */
export function listSecretTexts({ body }: FoundObject): { key: string; text: string; isPlain: boolean }[] {
  const list = (field: YamlValue | undefined, isPlain: boolean) =>
    Object.entries(asMap(field) ?? {}).map(([key, value]) => ({ key, text: asText(value) ?? "", isPlain }));
  // The server lets `stringData` win.
  const all = [...list(body.data, false), ...list(body.stringData, true)];
  return [...new Map(all.map((each) => [each.key, each])).values()];
}
