"use client";

import { useTranslations } from "next-intl";
import { useMemo, useState } from "react";
import { formatVersion } from "#components/catalog/format-version.ts";
import { PageSteps, SearchBox } from "#components/start-job/table-controls.tsx";
import { searchRows, usePages } from "#components/start-job/use-table-window.ts";
import { Button } from "#components/ui/button.tsx";
import { Select } from "#components/ui/select.tsx";
import type { OfferedComponent } from "#lib/schemas/selections.ts";
import { ComponentRow } from "./component-row.tsx";
import {
  groupComponents,
  type Grouping,
  groupings,
  isShown,
  type ListItem,
  type Show,
  shows,
} from "./group-components.ts";
import { GroupHead } from "./group-head.tsx";
import { NeedsDialog } from "./needs-dialog.tsx";
import type { useSelectionDraft } from "./use-selection-draft.ts";

const rowsPerPage = 50;

interface ComponentListProps {
  components: readonly OfferedComponent[];
  draft: ReturnType<typeof useSelectionDraft>;
  mayWrite: boolean;
}

/** All that may be chosen: searched, grouped, and turned on and off one by one, by group or as found. */
export function ComponentList({ components, draft, mayWrite }: ComponentListProps) {
  const t = useTranslations("selections.editor");
  const hasParts = components.some(({ part }) => part !== "");
  const [search, setSearch] = useState("");
  const [show, setShow] = useState<Show>("all");
  const [grouping, setGrouping] = useState<Grouping>(hasParts ? "part" : "none");
  const [opened, setOpened] = useState<OfferedComponent | null>(null);
  const dependents = useMemo(() => countDependents(components), [components]);
  const found = searchRows(components, search, ({ source, part, ...version }) =>
    [source + formatVersion(version), part].join(" "),
  ).filter((component) => isShown(component, show, draft.on));
  const pages = usePages(groupComponents(found, grouping), rowsPerPage);
  const turnable = found.filter(({ id, isRequired }) => !isRequired || !draft.on.has(id));
  const toOn = turnable.filter(({ id }) => !draft.on.has(id));
  const toOff = turnable.filter(({ id }) => draft.on.has(id));
  const choose =
    <Value extends string>(set: (value: Value) => void, values: readonly Value[]) =>
    (value: string) => {
      const chosen = values.find((each) => each === value);
      if (chosen) set(chosen);
      pages.setPage(1);
    };
  const label = t("components");
  return (
    <>
      <div className="flex flex-wrap items-center gap-2 border-b border-line px-4 py-2">
        <SearchBox
          label={label}
          value={search}
          onChange={(text) => {
            setSearch(text);
            pages.setPage(1);
          }}
        />
        <Choice
          label={t("show")}
          value={show}
          options={shows.map((value) => ({ value, label: t(`shows.${value}`) }))}
          onChange={choose(setShow, shows)}
        />
        <Choice
          label={t("group")}
          value={grouping}
          options={groupings
            .filter((value) => value !== "part" || hasParts)
            .map((value) => ({ value, label: t(`groups.${value}`) }))}
          onChange={choose(setGrouping, groupings)}
        />
        {mayWrite && (
          <div className="flex flex-wrap gap-2 sm:ml-auto">
            <Button size="sm" disabled={toOn.length === 0} onClick={() => draft.set(toOn, true)}>
              {t("turnOnFound", { count: toOn.length })}
            </Button>
            <Button size="sm" disabled={toOff.length === 0} onClick={() => draft.set(toOff, false)}>
              {t("turnOffFound", { count: toOff.length })}
            </Button>
          </div>
        )}
      </div>
      {found.length === 0 && (
        <p className="px-4 py-6 text-center text-compact text-muted">{t("noneFound")}</p>
      )}
      <ul aria-label={label} className="divide-y divide-line">
        {pages.visible.map((item) => (
          <Item
            key={`${item.type} ${item.key}`}
            item={item}
            draft={draft}
            mayWrite={mayWrite}
            dependents={dependents}
            onShowNeeds={setOpened}
          />
        ))}
      </ul>
      <div className="px-4 py-2">
        <PageSteps
          label={label}
          page={pages.page}
          pages={pages.pages}
          total={found.length}
          onPage={pages.setPage}
        />
      </div>
      {opened && (
        <NeedsDialog
          component={opened}
          components={components}
          byId={draft.byId}
          onClose={() => setOpened(null)}
        />
      )}
    </>
  );
}

interface ItemProps extends Omit<ComponentListProps, "components"> {
  item: ListItem;
  dependents: ReadonlyMap<string, number>;
  onShowNeeds: (component: OfferedComponent) => void;
}

function Item({ item, draft, mayWrite, dependents, onShowNeeds }: ItemProps) {
  const t = useTranslations("selections.editor");
  const tCatalog = useTranslations("catalog");
  if (item.type === "group") {
    const { key, components } = item;
    const label = key === "image" || key === "bundle" ? tCatalog(key) : key === "" ? t("otherPart") : key;
    return (
      <GroupHead
        label={label}
        components={components}
        on={draft.on}
        mayWrite={mayWrite}
        onTurn={(on) => draft.set(components, on)}
      />
    );
  }
  const { component } = item;
  return (
    <ComponentRow
      component={component}
      isOn={draft.on.has(component.id)}
      dependentCount={dependents.get(component.id) ?? 0}
      mayWrite={mayWrite}
      onTurn={(on) => draft.set([component], on)}
      onShowNeeds={() => onShowNeeds(component)}
    />
  );
}

interface ChoiceProps {
  label: string;
  value: string;
  options: { value: string; label: string }[];
  onChange: (value: string) => void;
}

function Choice({ label, value, options, onChange }: ChoiceProps) {
  return (
    <label className="flex items-center gap-2 text-compact">
      <span className="text-muted">{label}</span>
      <Select value={value} options={options} onChange={(event) => onChange(event.target.value)} />
    </label>
  );
}

function countDependents(components: readonly OfferedComponent[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { needs } of components) {
    for (const id of new Set(needs.flat())) counts.set(id, (counts.get(id) ?? 0) + 1);
  }
  return counts;
}
