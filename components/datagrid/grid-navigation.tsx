"use client";

import { LoaderCircle } from "lucide-react";
import { useLinkStatus } from "next/link";
import { useRouter } from "next/navigation";
import { type ComponentProps, createContext, type ReactNode, use } from "react";
import { Link } from "#components/ui/link.tsx";

type Navigate = (href: string, how: "push" | "replace") => void;

const LiveNavigation = createContext<Navigate | null>(null);

const changeAddress: Navigate = (href, how) => {
  if (how === "push") window.history.pushState(null, "", href);
  else window.history.replaceState(null, "", href);
};

/**
 * Inside it the controls of a grid change the address without asking the server for the page again: `useSearchParams`
 * follows, and the query that feeds the grid with it.
 */
export function LiveGridNavigation({ children }: { children: ReactNode }) {
  return <LiveNavigation value={changeAddress}>{children}</LiveNavigation>;
}

export function useGridNavigate(): Navigate {
  const live = use(LiveNavigation);
  const router = useRouter();
  return live ?? ((href, how) => router[how](href, { scroll: false }));
}

/** A link to another page, order or filter of the same grid. */
export function GridLink({
  children,
  ...rest
}: Omit<ComponentProps<typeof Link>, "href"> & { href: string }) {
  const live = use(LiveNavigation);
  return (
    <Link
      scroll={false}
      onClick={(event) => {
        const plain = !(event.metaKey || event.ctrlKey || event.shiftKey || event.altKey);
        if (!live || !plain) return;
        event.preventDefault();
        live(rest.href, "push");
      }}
      {...rest}
    >
      {children}
      <Pending />
    </Link>
  );
}

function Pending() {
  const { pending } = useLinkStatus();
  return pending && <LoaderCircle aria-hidden className="ml-1 size-3 animate-spin" />;
}
