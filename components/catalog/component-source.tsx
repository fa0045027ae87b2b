"use client";

import { useTranslations } from "next-intl";
import { Code } from "#components/ui/code.tsx";
import { statusColors, statusIcons } from "#components/ui/status.tsx";
import { DateTime } from "#components/ui/time.tsx";
import { useErrorText } from "#lib/i18n/use-error-text.ts";
import type { ComponentRow } from "#lib/schemas/releases.ts";
import { formatVersion } from "./format-version.ts";
import { shortDigest } from "./short-digest.ts";

/** A component as its release names it, and what is to be known of it besides that it is there. */
export function ComponentSource({ component }: { component: ComponentRow }) {
  const t = useTranslations("catalog");
  const { part, foundIn, error, moved, resolvedDigest } = component;
  return (
    <div className="space-y-1">
      {part !== "" && <p className="text-compact">{part}</p>}
      <Code>{component.source + formatVersion(component)}</Code>
      {foundIn.length > 0 && (
        <p className="text-xs text-muted max-md:hidden">{t("foundIn", { documents: foundIn.join(", ") })}</p>
      )}
      {error && <Unresolved error={error} />}
      {moved && (
        <Note status="warning">
          {t.rich("movedAt", { at: () => <DateTime value={moved.at} /> })}
          <span className="block font-mono">
            {shortDigest(moved.from)} → {shortDigest(resolvedDigest ?? "")}
          </span>
        </Note>
      )}
    </div>
  );
}

function Unresolved({ error }: { error: NonNullable<ComponentRow["error"]> }) {
  const { title, hint } = useErrorText()(error);
  return (
    <Note status="danger">
      <span className="block font-semibold">{title}</span>
      <span className="block text-muted">{hint}</span>
    </Note>
  );
}

function Note({ status, children }: { status: "warning" | "danger"; children: React.ReactNode }) {
  const Icon = statusIcons[status];
  return (
    <div className="flex items-start gap-1.5 text-xs wrap-anywhere">
      <Icon aria-hidden className={`mt-px size-3.5 shrink-0 ${statusColors[status]}`} />
      <div className="min-w-0">{children}</div>
    </div>
  );
}
