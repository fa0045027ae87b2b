import { createConfigGuideText } from "./config-guide-text.ts";
import type { DynamicTranslator } from "./error-text.ts";

type Facts = Readonly<Record<string, string | number>>;

interface ConfigReadme {
  topic: string;
  made: {
    readonly place: string;
    readonly files: readonly { readonly path: string; readonly isSecret: boolean }[];
    readonly notes: readonly { readonly code: string; readonly facts: Facts }[];
    readonly steps: readonly { readonly code: string; readonly commands: readonly string[] }[];
  };
  /** As the reader writes it. */
  date: string;
  /** Of the namespace `configGuides`. */
  guides: DynamicTranslator;
  /** Of the namespace `clusterConfig.readme`. */
  words: DynamicTranslator;
}

/** What goes along with files of cluster configuration: what each is for and how they are applied, as Markdown. */
export function formatConfigReadme({ topic, made, date, guides, words }: ConfigReadme): string {
  const guide = createConfigGuideText(guides);
  const say = (key: string, values: Facts = {}): string => words(key as never, values as never);
  const { title, description } = guide.kind(topic);
  const files = made.files.map(
    ({ path, isSecret }) => `- \`${path}\`${isSecret ? ` (${say("secretFile")})` : ""}`,
  );
  const notes = made.notes.map((note) => `- ${guide.note(topic, note)}`);
  const steps = made.steps.map((step, index) => {
    const commands = step.commands.length === 0 ? "" : `\n\n       ${step.commands.join("\n       ")}\n`;
    return `${index + 1}. ${guide.step(topic, step)}${commands}`;
  });
  const chapter = (name: string, lines: readonly string[]): string =>
    lines.length === 0 ? "" : `\n## ${say(name)}\n\n${lines.join("\n")}\n`;
  return [
    `# ${title}\n\n${description}\n\n${say("made", { date, place: made.place })}\n`,
    chapter("files", files),
    chapter("know", notes),
    chapter("apply", steps),
  ].join("");
}
