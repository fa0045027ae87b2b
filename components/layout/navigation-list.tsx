"use client";

import { LoaderCircle } from "lucide-react";
import { useTranslations } from "next-intl";
import { useLinkStatus } from "next/link";
import { usePathname } from "next/navigation";
import { useId } from "react";
import { classNames } from "#components/ui/class-names.ts";
import { Link } from "#components/ui/link.tsx";
import { findCurrent, type NavigationGroup, type NavigationItem } from "./navigation-items.ts";

interface NavigationListProps {
  groups: readonly NavigationGroup[];
  /** Icons only; the names show on hover and are still read out. */
  collapsed?: boolean;
  /** A link was followed: a drawer closes. */
  onFollow?: () => void;
}

export function NavigationList({ groups, collapsed = false, onFollow }: NavigationListProps) {
  const t = useTranslations("nav");
  const pathname = usePathname();
  const id = useId();
  const currentItem = findCurrent(groups, pathname);
  return (
    <div className="space-y-4">
      {groups.map((group) => {
        const titleId = `${id}-${group.title ?? "top"}`;
        return (
          <div key={group.title}>
            {group.title !== null && (
              <h2
                id={titleId}
                className={classNames(
                  "px-4 pb-1 text-xs font-semibold text-muted",
                  collapsed && "mx-3 mb-2 h-0 overflow-hidden border-t border-line p-0",
                )}
              >
                {t(`groups.${group.title}`)}
              </h2>
            )}
            <ul aria-labelledby={group.title === null ? undefined : titleId}>
              {group.items.map((item) => {
                const current = item === currentItem;
                return (
                  <li key={item.href}>
                    <Link
                      href={item.href}
                      {...(onFollow && { onClick: onFollow })}
                      aria-current={current ? "page" : undefined}
                      title={collapsed ? t(item.key) : undefined}
                      className={classNames(
                        "flex h-9 target items-center gap-3 border-l-3 border-transparent pr-4 pl-3.25 text-fg -outline-offset-2 hover:bg-hover",
                        current && "border-accent bg-selected font-semibold hover:bg-selected",
                      )}
                    >
                      <ItemIcon icon={item.icon} />
                      <span className={collapsed ? "sr-only" : "truncate"}>{t(item.key)}</span>
                    </Link>
                  </li>
                );
              })}
            </ul>
          </div>
        );
      })}
    </div>
  );
}

/** Turns while the page is on its way. */
function ItemIcon({ icon: Icon }: Pick<NavigationItem, "icon">) {
  const { pending } = useLinkStatus();
  return pending ? (
    <LoaderCircle aria-hidden className="size-4 shrink-0 animate-spin" />
  ) : (
    <Icon aria-hidden className="size-4 shrink-0" />
  );
}
