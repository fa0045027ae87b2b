import { GridLink } from "#components/datagrid/grid-navigation.tsx";
import { classNames } from "#components/ui/class-names.ts";
import { useFormats } from "#lib/i18n/use-formats.ts";

interface CountLinkProps {
  href: string;
  count: number;
  current: boolean;
  children: React.ReactNode;
}

/** One of several choices, with how many there are of it. */
export function CountLink({ href, count, current, children }: CountLinkProps) {
  const formats = useFormats();
  return (
    <GridLink
      href={href}
      aria-current={current ? "true" : undefined}
      className={classNames(
        "inline-flex h-7 target items-center justify-center gap-1.5 rounded border px-2 text-xs whitespace-nowrap tabular-nums hover:bg-hover",
        current ? "border-accent bg-selected font-semibold" : "border-line bg-surface",
      )}
    >
      {children}
      <span className={current ? undefined : "text-muted"}>{formats.number(count)}</span>
    </GridLink>
  );
}
