import Link from "next/link";
import type { ReactNode } from "react";
import { classNames } from "./class-names.ts";

export interface TabLink {
  key: string;
  href: string;
  label: ReactNode;
}

interface TabLinksProps {
  /** What the tabs are views of, for those who cannot see it. */
  label: string;
  tabs: readonly TabLink[];
  /** `key` of the view that is shown. */
  current: string;
}

/** Peer views of one thing. Each has its own address, so a tab can be shared and survives a reload. */
export function TabLinks({ label, tabs, current }: TabLinksProps) {
  return (
    <nav aria-label={label} className="overflow-x-auto border-b border-line">
      <ul className="flex gap-6">
        {tabs.map((tab) => (
          <li key={tab.key}>
            <Link
              href={tab.href}
              aria-current={tab.key === current ? "page" : undefined}
              className={classNames(
                "-mb-px flex h-9 target items-center justify-center border-b-3 border-transparent text-sm whitespace-nowrap text-muted -outline-offset-2 hover:border-line-strong hover:text-fg",
                tab.key === current && "border-accent font-semibold text-fg hover:border-accent",
              )}
            >
              {tab.label}
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  );
}
