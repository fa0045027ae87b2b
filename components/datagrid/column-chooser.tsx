"use client";

import { Columns3 } from "lucide-react";
import { useTranslations } from "next-intl";
import { DropdownMenu } from "radix-ui";
import { Button } from "#components/ui/button.tsx";
import { MenuCheckItem, MenuContent } from "#components/ui/menu.tsx";

interface HideableColumn {
  id: string;
  columnDef: { header?: unknown };
  toggleVisibility: (visible: boolean) => void;
}

/** Which columns of a live grid are shown; the last one stays. */
export function ColumnChooser({
  columns,
  visible,
}: {
  columns: readonly HideableColumn[];
  visible: readonly string[];
}) {
  const t = useTranslations("grid");
  return (
    <DropdownMenu.Root>
      <DropdownMenu.Trigger asChild>
        <Button variant="flat" size="sm" icon={<Columns3 aria-hidden />} className="mr-auto">
          {t("columns")}
        </Button>
      </DropdownMenu.Trigger>
      <MenuContent align="start">
        {columns.map((column) => (
          <MenuCheckItem
            key={column.id}
            checked={visible.includes(column.id)}
            disabled={visible.length === 1 && visible[0] === column.id}
            onChange={(checked) => column.toggleVisibility(checked)}
          >
            {String(column.columnDef.header)}
          </MenuCheckItem>
        ))}
      </MenuContent>
    </DropdownMenu.Root>
  );
}
