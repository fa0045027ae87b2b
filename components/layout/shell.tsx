import { useTranslations } from "next-intl";
import type { ReactNode } from "react";
import { ToastProvider } from "#components/ui/toast.tsx";
import type { Permission } from "#lib/auth/permissions.ts";
import type { Role } from "#lib/db/generated/enums.ts";
import type { Theme } from "#lib/i18n/preferences.ts";
import { Header } from "./header.tsx";
import { LiveStatusLabel, LiveStatusProvider } from "./live-status.tsx";
import { NavigationDrawer } from "./navigation-drawer.tsx";
import { Navigation } from "./navigation.tsx";
import { TimeZoneCookie } from "./time-zone-cookie.tsx";
import { UserMenu } from "./user-menu.tsx";

interface ShellProps {
  viewer: {
    username: string;
    name: string;
    role: Role;
    organizationName: string | null;
    permissions: readonly Permission[];
  };
  theme: Theme;
  /** Whether the navigation was folded when last seen. */
  navigationCollapsed: boolean;
  children: ReactNode;
}

/** Header, navigation and content area around every page of the signed-in. */
export function Shell({ viewer, theme, navigationCollapsed, children }: ShellProps) {
  const t = useTranslations("common");
  const { username, name, role, organizationName, permissions } = viewer;
  return (
    <ToastProvider>
      <LiveStatusProvider>
        <TimeZoneCookie />
        <Header
          theme={theme}
          signedIn
          scope={organizationName ?? t("provider")}
          start={<NavigationDrawer permissions={permissions} />}
        >
          <LiveStatusLabel />
          <UserMenu username={username} name={name} role={role} />
        </Header>
        <div className="flex">
          <Navigation permissions={permissions} initiallyCollapsed={navigationCollapsed} />
          <main id="content" tabIndex={-1} className="min-w-0 flex-1 p-4 outline-none md:p-6">
            <div className="mx-auto max-w-7xl space-y-5">{children}</div>
          </main>
        </div>
      </LiveStatusProvider>
    </ToastProvider>
  );
}
