import { ChevronRight } from "lucide-react";
import type { ReactNode } from "react";

interface DisclosureProps {
  title: ReactNode;
  /** What is inside, in a few words, so that it need not be opened to be known. */
  summary?: ReactNode;
  defaultOpen?: boolean;
  children: ReactNode;
}

/** A part that most can leave closed. The browser's own element: it needs no script, and a search in the page opens it. */
export function Disclosure({ title, summary, defaultOpen = false, children }: DisclosureProps) {
  return (
    <details open={defaultOpen} className="group rounded border border-line">
      <summary className="flex target cursor-pointer list-none items-start gap-2 px-3 py-2 text-compact hover:bg-hover [&::-webkit-details-marker]:hidden">
        <ChevronRight
          aria-hidden
          className="mt-0.5 size-4 shrink-0 text-muted transition-transform group-open:rotate-90"
        />
        <span className="flex min-w-0 flex-1 flex-wrap items-baseline gap-x-3">
          <span className="font-semibold">{title}</span>
          {summary !== undefined && <span className="text-xs text-muted">{summary}</span>}
        </span>
      </summary>
      <div className="space-y-5 border-t border-line p-4">{children}</div>
    </details>
  );
}
