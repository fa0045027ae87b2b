import { ChevronRight } from "lucide-react";
import { useTranslations } from "next-intl";
import { Link } from "./link.tsx";

export interface Crumb {
  href: string;
  label: string;
}

/** The way down to a page. */
export function Breadcrumb({ trail }: { trail: readonly Crumb[] }) {
  const t = useTranslations("nav");
  return (
    <nav aria-label={t("breadcrumb")}>
      <ol className="flex flex-wrap items-center gap-1 text-compact text-muted">
        {trail.map((crumb) => (
          <li key={crumb.href} className="flex items-center gap-1">
            <Link href={crumb.href} className="inline-flex items-center link max-md:min-h-11">
              {crumb.label}
            </Link>
            <ChevronRight aria-hidden className="size-3.5" />
          </li>
        ))}
      </ol>
    </nav>
  );
}
