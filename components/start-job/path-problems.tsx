import { useTranslations } from "next-intl";
import { Alert } from "#components/ui/alert.tsx";
import { Code } from "#components/ui/code.tsx";
import type { JobPreview } from "#lib/services/jobs/index.ts";

const maxShown = 20;

/** What must not run: two images for one place, and images written into what is read; both are named. */
export function PathProblems({ collisions, overlaps }: Pick<JobPreview, "collisions" | "overlaps">) {
  const t = useTranslations("jobs.new");
  return (
    <>
      {collisions.length > 0 && (
        <Alert status="danger" title={t("collisionsTitle", { count: collisions.length })}>
          <ul className="space-y-1">
            {collisions.slice(0, maxShown).map(({ target, first, second }) => (
              <li key={`${target} ${second}`}>
                {t.rich("collision", { target, first, second, code: (chunks) => <Code>{chunks}</Code> })}
              </li>
            ))}
          </ul>
        </Alert>
      )}
      {overlaps.length > 0 && (
        <Alert status="danger" title={t("overlapsTitle", { count: overlaps.length })}>
          <ul className="space-y-1">
            {overlaps.slice(0, maxShown).map(({ target, first, second }) => (
              <li key={`${target} ${second}`}>
                {t.rich(first === second ? "overlapSame" : "overlap", {
                  target,
                  first,
                  second,
                  code: (chunks) => <Code>{chunks}</Code>,
                })}
              </li>
            ))}
          </ul>
        </Alert>
      )}
    </>
  );
}
