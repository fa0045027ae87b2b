"use client";

import { CircleCheck, CircleSlash, Pencil } from "lucide-react";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { Button } from "#components/ui/button.tsx";
import type { OrganizationRow } from "#lib/schemas/organizations.ts";
import { RenameOrganization } from "./rename-organization.tsx";
import { DisableOrganization, useEnableOrganization } from "./toggle-organization.tsx";

/** The buttons of an organization's page. */
export function OrganizationActions({ organization }: { organization: OrganizationRow }) {
  const t = useTranslations("organizations");
  const [dialog, setDialog] = useState<"rename" | "disable" | null>(null);
  const enable = useEnableOrganization(organization);
  const close = () => setDialog(null);
  return (
    <>
      <Button icon={<Pencil aria-hidden />} onClick={() => setDialog("rename")}>
        {t("edit")}
      </Button>
      {organization.isEnabled ? (
        <Button
          variant="danger-outline"
          icon={<CircleSlash aria-hidden />}
          onClick={() => setDialog("disable")}
        >
          {t("disable")}
        </Button>
      ) : (
        <Button icon={<CircleCheck aria-hidden />} onClick={enable}>
          {t("enable")}
        </Button>
      )}
      <RenameOrganization organization={organization} open={dialog === "rename"} onOpenChange={close} />
      <DisableOrganization organization={organization} open={dialog === "disable"} onOpenChange={close} />
    </>
  );
}
