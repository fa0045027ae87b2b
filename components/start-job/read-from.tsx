import { useTranslations } from "next-intl";
import { Code } from "#components/ui/code.tsx";

/** Where an image is read, and what its release calls it if that is another name. */
export function ReadFrom({ source, original }: { source: string; original: string | null }) {
  const t = useTranslations("jobs.new");
  return (
    <>
      <Code>{source}</Code>
      {original !== null && original !== source && (
        <p className="text-xs text-muted">
          {t.rich("originalName", { name: original, code: (chunks) => <Code>{chunks}</Code> })}
        </p>
      )}
    </>
  );
}
