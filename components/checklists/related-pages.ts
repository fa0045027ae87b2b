import type { Permission } from "#lib/auth/permissions.ts";
import type { ChecklistItem } from "#lib/schemas/checklists.ts";

interface RelatedPage {
  href: string;
  /** What the page is called elsewhere, too. */
  label:
    | "nav.bundles"
    | "nav.clusterConfig"
    | "nav.doctor"
    | "nav.fileCheck"
    | "nav.registries"
    | "settings.tabs.certificates"
    | "settings.tabs.containerRegistry";
  permission: Permission;
}

const bundles: RelatedPage = { href: "/bundles", label: "nav.bundles", permission: "bundle.read" };
const doctor: RelatedPage = { href: "/doctor", label: "nav.doctor", permission: "doctor.read" };

const pagesOf: Readonly<Partial<Record<ChecklistItem, readonly RelatedPage[]>>> = {
  // The variables of an outgoing proxy are made there.
  "way-to-registry": [
    { href: "/cluster-config", label: "nav.clusterConfig", permission: "cluster-config.read" },
    bundles,
  ],
  "portable-storage": [bundles],
  // It says what is free where bundles are written.
  "disk-45-gb": [bundles],
  // Whether the OVA that was downloaded is the vendor's.
  "node-template-uploaded": [{ href: "/file-check", label: "nav.fileCheck", permission: "file.check" }],
  "registry-inside-firewall": [
    { href: "/registries", label: "nav.registries", permission: "registry.read" },
    {
      href: "/settings/container-registry",
      label: "settings.tabs.containerRegistry",
      permission: "settings.read",
    },
  ],
  "registry-certificate": [
    {
      href: "/settings/certificates",
      label: "settings.tabs.certificates",
      permission: "certificate.read",
    },
    doctor,
  ],
  "registry-without-sign-in": [doctor],
};

/** Pages of the panel that help with an item, as far as the viewer may open them. */
export function findRelatedPages(
  item: ChecklistItem,
  permissions: readonly Permission[],
): readonly RelatedPage[] {
  return (pagesOf[item] ?? []).filter(({ permission }) => permissions.includes(permission));
}
