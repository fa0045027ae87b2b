"use client";

import { useTranslations } from "next-intl";
import { usePathname } from "next/navigation";
import { TabLinks } from "#components/ui/tab-links.tsx";
import type { Permission } from "#lib/auth/permissions.ts";

const tabs = [
  { key: "containerRegistry", href: "/settings/container-registry", permission: "settings.read" },
  { key: "certificates", href: "/settings/certificates", permission: "certificate.read" },
  { key: "server", href: "/settings/server", permission: "settings.read" },
] as const satisfies readonly { key: string; href: string; permission: Permission }[];

/** Which settings there are; for whoever may see none, nothing. */
export function SettingsTabs({ permissions }: { permissions: readonly Permission[] }) {
  const t = useTranslations("settings");
  const pathname = usePathname();
  const shown = tabs.filter(({ permission }) => permissions.includes(permission));
  if (shown.length === 0) return null;
  return (
    <TabLinks
      label={t("tabsLabel")}
      tabs={shown.map(({ key, href }) => ({
        href,
        label: t(`tabs.${key}`),
        current: pathname === href || pathname.startsWith(`${href}/`),
      }))}
    />
  );
}
