import {
  Bell,
  Boxes,
  Building2,
  CalendarClock,
  ClipboardList,
  FileCheck,
  FileCog,
  LayoutDashboard,
  ListChecks,
  type LucideIcon,
  Package,
  Server,
  Settings,
  ShipWheel,
  Stethoscope,
  Users,
} from "lucide-react";
import type { Permission } from "#lib/auth/permissions.ts";

export interface NavigationItem {
  /** Its name is `nav.<key>`. */
  key:
    | "overview"
    | "jobs"
    | "schedules"
    | "selection"
    | "catalog"
    | "registries"
    | "doctor"
    | "bundles"
    | "fileCheck"
    | "settings"
    | "clusterConfig"
    | "organizations"
    | "users"
    | "notifications"
    | "audit";
  href: string;
  icon: LucideIcon;
  permission: Permission;
  /** Pages that belong to it though they stand below another item's. */
  pages?: RegExp;
}

export interface NavigationGroup {
  /** Without a title the items stand alone at the top. */
  title: "mirroring" | "clusters" | "administration" | null;
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
      {
        key: "selection",
        href: "/selection",
        icon: ListChecks,
        permission: "selection.read",
        pages: /^\/organizations\/[^/]+\/(?:selection|publish|prune)(?:\/|$)/,
      },
      { key: "catalog", href: "/catalog", icon: Boxes, permission: "catalog.read" },
      { key: "registries", href: "/registries", icon: Server, permission: "registry.read" },
      { key: "doctor", href: "/doctor", icon: Stethoscope, permission: "doctor.read" },
      { key: "bundles", href: "/bundles", icon: Package, permission: "bundle.read" },
      { key: "fileCheck", href: "/file-check", icon: FileCheck, permission: "file.check" },
    ],
  },
  {
    title: "clusters",
    items: [
      {
        key: "settings",
        href: "/settings/container-registry",
        icon: Settings,
        permission: "settings.read",
        pages: /^\/settings\//,
      },
      { key: "clusterConfig", href: "/cluster-config", icon: FileCog, permission: "cluster-config.read" },
    ],
  },
  {
    title: "administration",
    items: [
      { key: "organizations", href: "/organizations", icon: Building2, permission: "organization.read" },
      { key: "users", href: "/users", icon: Users, permission: "user.read" },
      { key: "notifications", href: "/notifications", icon: Bell, permission: "notification.read" },
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

/** The item that a page belongs to: its own page, or one below it that no other claims. */
export function findCurrent(
  groups: readonly NavigationGroup[],
  pathname: string,
): NavigationItem | undefined {
  const items = groups.flatMap((group) => group.items);
  return (
    items.find(({ pages }) => pages?.test(pathname)) ??
    items.find(({ href }) => pathname === href || (href !== "/" && pathname.startsWith(`${href}/`)))
  );
}
