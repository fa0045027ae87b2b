import type { ReactNode } from "react";
import { SettingsTabs } from "#components/settings/settings-tabs.tsx";
import { viewer } from "#lib/auth/authorize.ts";

/** The tabs above the settings that Container Service Extension has in "Configure Settings for CSE Server". */
export default async function SettingsLayout({ children }: { children: ReactNode }) {
  return (
    <>
      <SettingsTabs permissions={(await viewer()).permissions} />
      {children}
    </>
  );
}
