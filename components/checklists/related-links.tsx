import { useTranslations } from "next-intl";
import { Link } from "#components/ui/link.tsx";
import type { Permission } from "#lib/auth/permissions.ts";
import type { ChecklistItem } from "#lib/schemas/checklists.ts";
import { findRelatedPages } from "./related-pages.ts";

interface RelatedLinksProps {
  item: ChecklistItem;
  permissions: readonly Permission[];
}

/** Leads to where the panel helps with an item. */
export function RelatedLinks({ item, permissions }: RelatedLinksProps) {
  const t = useTranslations("checklists");
  const tAll = useTranslations();
  const pages = findRelatedPages(item, permissions);
  return (
    pages.length > 0 && (
      <p className="flex flex-wrap items-center gap-x-3 text-xs text-muted">
        <span>{t("related")}</span>
        {pages.map(({ href, label }) => (
          <Link key={href} href={href} className="inline-flex target items-center link">
            {tAll(label)}
          </Link>
        ))}
      </p>
    )
  );
}
