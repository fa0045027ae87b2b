import { ArrowRight } from "lucide-react";
import { useTranslations } from "next-intl";
import { useId } from "react";
import { Card } from "#components/ui/card.tsx";
import { Code } from "#components/ui/code.tsx";
import { Field } from "#components/ui/field.tsx";
import { Input } from "#components/ui/input.tsx";
import type { TriedPaths } from "#lib/schemas/paths.ts";
import { OriginLabel } from "./origin-label.tsx";
import { useProblemText } from "./use-problem-text.ts";

interface WayCardProps {
  image: string;
  examples: readonly string[];
  /** Null while nothing is known yet. */
  tried: TriedPaths | null;
  onImage: (image: string) => void;
}

/** The way of one image by the tables as they stand above, saved or not. */
export function WayCard({ image, examples, tried, onImage }: WayCardProps) {
  const t = useTranslations("paths");
  const problemText = useProblemText();
  const listId = useId();
  const problem = tried?.imageProblem ?? null;
  const isStuck = tried !== null && tried.rewriteProblems.length + tried.ruleProblems.length > 0;
  return (
    <Card title={t("way")}>
      <div className="space-y-4">
        <Field
          label={t("image")}
          help={t("imageHelp")}
          error={problem === null ? undefined : problemText({ code: problem })}
          required
          className="max-w-3xl"
        >
          {(control) => (
            <Input
              {...control}
              list={listId}
              value={image}
              maxLength={600}
              autoCapitalize="off"
              autoComplete="off"
              spellCheck={false}
              className="font-mono"
              onChange={(event) => onImage(event.target.value)}
            />
          )}
        </Field>
        <datalist id={listId}>
          {examples.map((example) => (
            <option key={example} value={example} />
          ))}
        </datalist>
        <div aria-live="polite">
          {isStuck ? (
            <p className="text-compact text-muted">{t("wayStuck")}</p>
          ) : (
            tried?.way && <Way way={tried.way} />
          )}
        </div>
      </div>
    </Card>
  );
}

function Way({ way }: { way: NonNullable<TriedPaths["way"]> }) {
  const t = useTranslations("paths");
  return (
    <dl className="grid gap-x-4 gap-y-2 text-compact md:grid-cols-[max-content_1fr]">
      <dt className="text-muted">{t("original")}</dt>
      <dd>
        <Code>{way.original}</Code>
      </dd>
      <dt className="text-muted">{t("readFrom")}</dt>
      <dd>
        <Code>{way.source}</Code>
        <p className="text-xs text-muted">{t(way.isRewritten ? "isRewritten" : "isNotRewritten")}</p>
      </dd>
      <dt className="text-muted">{t("goesTo")}</dt>
      <dd>
        <ul className="space-y-1">
          {way.targets.map(({ path, origin }) => (
            <li key={path} className="flex flex-wrap items-center gap-2">
              <ArrowRight aria-hidden className="size-4 shrink-0 text-muted" />
              <Code>{`<${t("base")}>/${path}`}</Code>
              <OriginLabel origin={origin} />
            </li>
          ))}
        </ul>
      </dd>
    </dl>
  );
}
