"use client";

import { useTranslations } from "next-intl";
import { usePathname } from "next/navigation";
import { TabLinks } from "#components/ui/tab-links.tsx";
import type { Permission } from "#lib/auth/permissions.ts";

const root = "/cluster-config";

const tabs = [
  { key: "make", href: root, permission: "cluster-config.read" },
  { key: "check", href: `${root}/check`, permission: "cluster-config.read" },
  { key: "checklists", href: `${root}/checklists`, permission: "checklist.read" },
] as const satisfies readonly { key: string; href: string; permission: Permission }[];

/** Making configuration, checking it, and what is to be there before clusters are. */
export function ClusterConfigTabs({ permissions }: { permissions: readonly Permission[] }) {
  const t = useTranslations("clusterConfig");
  const pathname = usePathname();
  const beside = tabs.filter(
    ({ href }) => href !== root && (pathname === href || pathname.startsWith(`${href}/`)),
  );
  const current = beside[0]?.href ?? root;
  return (
    <TabLinks
      label={t("tabsLabel")}
      tabs={tabs
        .filter(({ permission }) => permissions.includes(permission))
        .map(({ key, href }) => ({ href, label: t(`tabs.${key}`), current: href === current }))}
    />
  );
}
