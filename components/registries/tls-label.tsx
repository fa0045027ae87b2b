import { useTranslations } from "next-intl";
import { StatusLabel } from "#components/ui/badge.tsx";
import type { TlsMode } from "#lib/db/generated/enums.ts";

/** How a registry is reached; what is not safe says so by its icon, too. */
export function TlsLabel({ mode }: { mode: TlsMode }) {
  const t = useTranslations("registries.tlsMode");
  return <StatusLabel status={mode === "verify" ? "success" : "warning"}>{t(mode)}</StatusLabel>;
}
