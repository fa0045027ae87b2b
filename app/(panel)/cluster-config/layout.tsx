import type { ReactNode } from "react";
import { ClusterConfigTabs } from "#components/cluster-config/cluster-config-tabs.tsx";
import { viewer } from "#lib/auth/authorize.ts";

/** The tabs above what clusters need to trust registries and to pull from them. */
export default async function ClusterConfigLayout({ children }: { children: ReactNode }) {
  return (
    <>
      <ClusterConfigTabs permissions={(await viewer()).permissions} />
      {children}
    </>
  );
}
