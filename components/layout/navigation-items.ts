import {
  Boxes,
  Building2,
  CalendarClock,
  ClipboardList,
  FileCheck,
  LayoutDashboard,
  type LucideIcon,
  Package,
  Server,
  ShipWheel,
  Users,
} from "lucide-react";
import type { Permission } from "#lib/auth/permissions.ts";

export interface NavigationItem {
  /** Its name is `nav.<key>`. */
  key:
    | "overview"
    | "jobs"
    | "schedules"
    | "catalog"
    | "registries"
    | "bundles"
    | "fileCheck"
    | "organizations"
    | "users"
    | "audit";
  href: string;
  icon: LucideIcon;
  permission: Permission;
}

export interface NavigationGroup {
  /** Without a title the items stand alone at the top. */
  title: "mirroring" | "administration" | null;
  items: readonly NavigationItem[];
}

const groups: readonly NavigationGroup[] = [
  {
    title: null,
    items: [{ key: "overview", href: "/", icon: LayoutDashboard, permission: "overview.read" }],
  },
  {
    title: "mirroring",
    items: [
      { key: "jobs", href: "/jobs", icon: ShipWheel, permission: "job.read" },
      { key: "schedules", href: "/schedules", icon: CalendarClock, permission: "schedule.read" },
      { key: "catalog", href: "/catalog", icon: Boxes, permission: "catalog.read" },
      { key: "registries", href: "/registries", icon: Server, permission: "registry.read" },
      { key: "bundles", href: "/bundles", icon: Package, permission: "bundle.read" },
      { key: "fileCheck", href: "/file-check", icon: FileCheck, permission: "file.check" },
    ],
  },
  {
    title: "administration",
    items: [
      { key: "organizations", href: "/organizations", icon: Building2, permission: "organization.read" },
      { key: "users", href: "/users", icon: Users, permission: "user.read" },
      { key: "audit", href: "/audit", icon: ClipboardList, permission: "audit.read" },
    ],
  },
];

/** The navigation of one person: only what they may open. */
export function navigationFor(permissions: readonly Permission[]): NavigationGroup[] {
  return groups
    .map((group) => ({
      ...group,
      items: group.items.filter((item) => permissions.includes(item.permission)),
    }))
    .filter((group) => group.items.length > 0);
}

/** Whether a page belongs to an item: its own page or one below it. */
export function isCurrent(item: Pick<NavigationItem, "href">, pathname: string): boolean {
  return item.href === "/"
    ? pathname === "/"
    : pathname === item.href || pathname.startsWith(`${item.href}/`);
}
