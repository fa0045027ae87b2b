import { useTranslations } from "next-intl";
import { shortDigest } from "#components/catalog/short-digest.ts";
import { Code } from "#components/ui/code.tsx";
import type { KeptReason } from "#lib/services/pruning/index.ts";

/** Why something stays at the registry, and over what it is reached. */
export function KeptReasonText({ reason: { by, name, through } }: { reason: KeptReason }) {
  const t = useTranslations("pruning");
  const code = (chunks: React.ReactNode) => <Code>{chunks}</Code>;
  return (
    <>
      {t.rich(`reasons.${by}`, { name: formatName(name), code })}
      {through && (
        <p className="text-xs text-muted">
          {t.rich(`through.${through.as ?? "other"}`, { digest: shortDigest(through.digest), code })}
        </p>
      )}
    </>
  );
}

/** A tag as it is, a digest cut short. */
function formatName(name: string): string {
  return name.includes(":") ? shortDigest(name) : name;
}
