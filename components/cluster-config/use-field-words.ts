import { useTranslations } from "next-intl";
import type { DynamicTranslator } from "#lib/i18n/error-text.ts";
import type { ConfigTopic } from "#lib/schemas/cluster-config.ts";

/**
 * The label and the help of a field: what is one thing here can be called another there, and some need no help.
 *
 * @param field also of a part of one, such as `username`
 */
export function useFieldWords(
  field: string,
  topic: ConfigTopic,
): { label: string; help: string | undefined } {
  const t = useTranslations("clusterConfig.fields") as unknown as DynamicTranslator;
  const say = (key: string): string | undefined => {
    const own = [`${key}.${topic}`, `${key}.other`, key].find((each) => t.has(each as never));
    return own === undefined ? undefined : t(own as never);
  };
  return { label: say(field) ?? field, help: say(`${field}Help`) };
}
