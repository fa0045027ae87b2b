import { Link } from "#components/ui/link.tsx";
import type { BundleLink } from "#lib/services/bundles/bundle-views.ts";
import { BundleStateLabel } from "./bundle-state-label.tsx";

/** Bundles that another one belongs to, each with how it stands. */
export function BundleLinks({ bundles }: { bundles: readonly BundleLink[] }) {
  return (
    <ul className="space-y-0.5">
      {bundles.map(({ id, name, state }) => (
        <li key={id} className="flex flex-wrap items-center gap-x-3">
          <Link href={`/bundles/${id}`} className="wrap-anywhere link">
            {name}
          </Link>
          <span className="text-muted">
            <BundleStateLabel state={state} check={null} />
          </span>
        </li>
      ))}
    </ul>
  );
}
