import { useTranslations } from "next-intl";
import { Card } from "#components/ui/card.tsx";
import { Link } from "#components/ui/link.tsx";
import { RelativeTime } from "#components/ui/time.tsx";
import type { BundleSummary } from "#lib/services/bundles/bundle-views.ts";

/** Uploads that were begun and not finished, to go on with. */
export function UnfinishedUploads({ uploads }: { uploads: readonly BundleSummary[] }) {
  const t = useTranslations("bundles.uploads");
  const tExtra = useTranslations("bundles.extraFiles");
  if (uploads.length === 0) return null;
  return (
    <Card title={t("unfinished")} flush className="max-w-3xl">
      <ul className="divide-y divide-line">
        {uploads.map(({ id, name, loose, store, createdAt }) => (
          <li key={id} className="flex flex-wrap items-center gap-x-6 gap-y-1 px-4 py-2 text-compact">
            <Link href={`/bundles/upload?bundle=${id}`} className="min-w-40 flex-1 wrap-anywhere link">
              {name}
            </Link>
            {loose && <span className="text-muted">{tExtra("title")}</span>}
            <span className="text-muted">{store.name}</span>
            <span className="text-muted">
              <RelativeTime value={createdAt} />
            </span>
          </li>
        ))}
      </ul>
    </Card>
  );
}
