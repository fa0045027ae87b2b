import type { ConfigDraft, ConfigForm, ConfigTopic } from "#lib/schemas/cluster-config.ts";

/** What every part of the form of a topic is given. */
export interface ConfigFieldProps {
  topic: ConfigTopic;
  draft: ConfigDraft;
  form: ConfigForm;
  set: (change: Partial<ConfigForm>) => void;
  mayAddCertificates: boolean;
  /** What is wrong with a field. */
  fieldError: (field: string) => string | undefined;
}
