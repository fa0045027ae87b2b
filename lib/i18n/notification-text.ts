import type { DynamicTranslator, ErrorText } from "./error-text.ts";
import type { ErrorView } from "#lib/errors.ts";
import type { Formats } from "./formats.ts";

/** Something that has happened, in a reader's language. */
export interface NotificationText {
  /** What happened, in a line. */
  title: string;
  detail: string;
  /** Why, where that is known. */
  error: ErrorText | null;
}

/** Stored facts, which may be older than the code. */
interface Told {
  kind: string;
  facts: Record<string, unknown>;
}

type Namespace = "notifications.texts" | "jobs.kinds";

/**
 * Makes sentences of what has happened. Every argument that a message may name is always given, so that no fact that is
 * missing breaks a sentence.
 */
export function createNotificationText(
  translators: Readonly<Record<Namespace, DynamicTranslator>>,
  formats: Formats,
  errorText: (error: ErrorView) => ErrorText,
): (told: Told, options?: { publishes?: boolean }) => NotificationText {
  const t = (key: string, values: Record<string, string | number>): string =>
    translators["notifications.texts"](key as never, values as never);

  return ({ kind, facts }, { publishes = false } = {}) => {
    const [job, images, schedule] = [part(facts, "job"), part(facts, "images"), part(facts, "schedule")];
    const jobKind = text(job, "kind");
    // What is mirrored for an organization is published.
    const jobKindKey = jobKind === "mirror" && publishes ? "publish" : jobKind;
    const jobKinds = translators["jobs.kinds"];
    const [missing, different, damaged] = [
      figure(images, "missing"),
      figure(images, "different"),
      figure(images, "damaged"),
    ];
    const target = text(facts, "target");
    const daysLeft = figure(facts, "daysLeft");
    const durationMs = figure(facts, "durationMs");
    const list = (name: string) => (Array.isArray(facts[name]) ? (facts[name] as unknown[]) : []);
    const namesOf = (name: string) => list(name).map((each) => text(asObject(each), "name"));
    const [registries, channels] = [namesOf("registries"), namesOf("channels")];
    const lists = list("lists").map((each) => {
      const key = `places.${String(each)}`;
      return translators["notifications.texts"].has(key as never) ? t(key, {}) : String(each);
    });
    const values = {
      by: text(facts, "by"),
      count: missing + different + damaged,
      damaged,
      days: Math.max(0, daysLeft),
      different,
      dueAt: instant(text(facts, "dueAt"), formats.fullDateTime),
      duration: formats.duration(durationMs),
      expired: daysLeft < 0 ? "yes" : "no",
      expiresAt: instant(text(facts, "expiresAt"), formats.date),
      extraTags: figure(facts, "extraTags"),
      failed: figure(images, "failed"),
      fingerprint: text(facts, "fingerprint"),
      hasLists: lists.length > 0 ? "yes" : "no",
      hasStored: registries.length + channels.length > 0 ? "yes" : "no",
      hasDuration: durationMs > 0 ? "yes" : "no",
      hasTarget: target === "" ? "no" : "yes",
      jobKind: jobKinds.has(jobKindKey as never) ? jobKinds(jobKindKey as never) : jobKind,
      missing,
      name: text(schedule, "name"),
      number: String(figure(job, "number")),
      outcome: text(facts, "outcome"),
      places: [
        ...registries,
        ...lists,
        ...channels.map((channel) => t("places.channel", { name: channel })),
      ].join(", "),
      subject: text(facts, "subject"),
      target,
      total: figure(images, "total"),
      use: text(facts, "use"),
    };
    const error = part(facts, "error");
    const code = text(error, "code");
    return {
      title: t(`${kind}.title`, values),
      detail: t(`${kind}.detail`, values),
      error: code === "" ? null : errorText({ code, facts: part(error, "facts") }),
    };
  };
}

type Facts = Record<string, unknown>;

const asObject = (value: unknown): Facts =>
  typeof value === "object" && value !== null ? (value as Facts) : {};
const part = (facts: Facts, name: string): Facts => asObject(facts[name]);
const text = (facts: Facts, name: string): string => {
  const value = facts[name];
  return typeof value === "string" ? value : "";
};
const figure = (facts: Facts, name: string): number => {
  const value = facts[name];
  return typeof value === "number" ? value : 0;
};
const instant = (value: string, format: (at: string) => string): string =>
  Number.isNaN(Date.parse(value)) ? value : format(value);
