import { useTranslations } from "next-intl";
import { GridForm } from "#components/datagrid/grid-form.tsx";
import { Button } from "#components/ui/button.tsx";
import { Select } from "#components/ui/select.tsx";
import type { OrganizationChoice } from "#lib/schemas/organizations.ts";

interface OwnerChooserProps {
  path: string;
  organizations: readonly OrganizationChoice[];
  /** Null: the provider's own. */
  organizationId: string | null;
}

/** Whose checklists are shown, for those who see all of them. */
export function OwnerChooser({ path, organizations, organizationId }: OwnerChooserProps) {
  const t = useTranslations("checklists");
  const values = { organization: organizationId ?? "" };
  return (
    <GridForm
      path={path}
      keep={{}}
      values={values}
      className="flex flex-wrap items-center gap-2 max-sm:w-full"
    >
      <label className="flex min-w-0 items-center gap-1.5 text-compact text-muted max-sm:w-full">
        <span className="shrink-0">{t("organization")}</span>
        <Select
          name="organization"
          defaultValue={values.organization}
          placeholder={t("own")}
          options={organizations.map(({ id, displayName }) => ({ value: id, label: displayName }))}
          className="min-w-28 max-sm:flex-1 sm:max-w-72"
        />
      </label>
      <noscript>
        <Button type="submit">{t("show")}</Button>
      </noscript>
    </GridForm>
  );
}
