import type { ReactNode } from "react";

export default function PanelLayout({ children }: { children: ReactNode }) {
  return <>{children}</>;
}
