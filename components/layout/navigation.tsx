"use client";

import { PanelLeftClose, PanelLeftOpen } from "lucide-react";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { Button } from "#components/ui/button.tsx";
import { classNames } from "#components/ui/class-names.ts";
import type { Permission } from "#lib/auth/permissions.ts";
import { navigationCookie } from "#lib/i18n/preferences.ts";
import { navigationFor } from "./navigation-items.ts";
import { NavigationList } from "./navigation-list.tsx";
import { writePreference } from "./write-preference.ts";

interface NavigationProps {
  permissions: readonly Permission[];
  initiallyCollapsed: boolean;
}

/** The vertical navigation of wide screens; folded, it keeps its icons. */
export function Navigation({ permissions, initiallyCollapsed }: NavigationProps) {
  const t = useTranslations("nav");
  const [collapsed, setCollapsed] = useState(initiallyCollapsed);
  const Icon = collapsed ? PanelLeftOpen : PanelLeftClose;
  const toggleLabel = t(collapsed ? "expand" : "collapse");
  return (
    <nav
      aria-label={t("main")}
      className={classNames(
        "sticky top-12 flex h-[calc(100dvh-3rem)] shrink-0 flex-col border-r border-line bg-sunken max-lg:hidden",
        collapsed ? "w-12" : "w-56",
      )}
    >
      <div className="flex-1 overflow-x-hidden overflow-y-auto py-3">
        <NavigationList groups={navigationFor(permissions)} collapsed={collapsed} />
      </div>
      <div className={classNames("flex border-t border-line p-2", !collapsed && "justify-end")}>
        <Button
          variant="flat"
          size="icon"
          aria-label={toggleLabel}
          aria-expanded={!collapsed}
          title={toggleLabel}
          onClick={() => {
            setCollapsed(!collapsed);
            writePreference(navigationCookie, collapsed ? "" : "collapsed");
          }}
        >
          <Icon aria-hidden />
        </Button>
      </div>
    </nav>
  );
}
