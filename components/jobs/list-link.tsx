import type { ReactNode } from "react";

/** Of the element that holds a job's lists. */
export const listsId = "lists";

/** Leads down to a job's lists, to what the address says of them. */
export function ListLink({ href, children }: { href: string; children: ReactNode }) {
  return (
    <a
      href={`${href}#${listsId}`}
      className="inline-flex target items-center link"
      onClick={(event) => {
        event.preventDefault();
        // The grid below follows the address.
        window.history.pushState(null, "", href);
        document.getElementById(listsId)?.scrollIntoView();
      }}
    >
      {children}
    </a>
  );
}
