import { classNames } from "./class-names.ts";
import { Link } from "./link.tsx";

interface TabLink {
  href: string;
  label: string;
  current: boolean;
}

/** Pages side by side, of which one is open; on a narrow screen they scroll. */
export function TabLinks({ label, tabs }: { label: string; tabs: readonly TabLink[] }) {
  return (
    <nav aria-label={label} className="overflow-x-auto border-b border-line">
      <ul className="flex">
        {tabs.map(({ href, label: name, current }) => (
          <li key={href} className="shrink-0">
            <Link
              href={href}
              aria-current={current ? "page" : undefined}
              className={classNames(
                "flex h-9 target items-center border-b-3 border-transparent px-4 text-compact -outline-offset-2 hover:bg-hover",
                current ? "border-accent font-semibold" : "text-muted",
              )}
            >
              {name}
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  );
}
