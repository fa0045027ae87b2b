"use client";

import { useTranslations } from "next-intl";
import { useRef, useState } from "react";
import { formatVersion } from "#components/catalog/format-version.ts";
import { PageSteps, SearchBox } from "#components/start-job/table-controls.tsx";
import { searchRows, usePages } from "#components/start-job/use-table-window.ts";
import { Alert } from "#components/ui/alert.tsx";
import { Button } from "#components/ui/button.tsx";
import { Checkbox } from "#components/ui/checkbox.tsx";
import { Select } from "#components/ui/select.tsx";
import type { OfferComponentRow } from "#lib/schemas/offers.ts";
import { ComponentRule } from "./component-rule.tsx";
import { type Rule, ruleOf } from "./offer-draft.ts";
import type { OfferDraftState } from "./use-offer-draft.ts";

const rowsPerPage = 50;
const rules = ["required", "withheld", "free"] as const satisfies Rule[];
const shows = ["all", ...rules, "suggested", "changed"] as const;
type Show = (typeof shows)[number];

interface ComponentRulesProps {
  releaseId: string;
  components: readonly OfferComponentRow[];
  state: OfferDraftState;
  mayWrite: boolean;
}

/** What is said of a release's components: searched, marked, and changed many at once. */
export function ComponentRules({ releaseId, components, state, mayWrite }: ComponentRulesProps) {
  const t = useTranslations("offers.components");
  const [search, setSearch] = useState("");
  const [show, setShow] = useState<Show>("all");
  const markAll = useRef<HTMLInputElement>(null);
  const [marked, setMarked] = useState<ReadonlySet<string>>(new Set());
  const rule = (component: OfferComponentRow) => ruleOf(state.draft, releaseId, component);
  const isShown = (component: OfferComponentRow) => {
    if (show === "all") return true;
    if (show === "suggested") return component.suggested !== null;
    return show === "changed" ? rule(component) !== (component.rule ?? "free") : rule(component) === show;
  };
  const found = searchRows(components, search, ({ source, part, ...version }) =>
    [source + formatVersion(version), part].join(" "),
  ).filter(isShown);
  const pages = usePages(found, rowsPerPage);
  const chosen = components.filter(({ id }) => marked.has(id));
  const foundMarked = found.filter(({ id }) => marked.has(id)).length;
  const suggested = components.filter((component) => component.suggested !== null);
  const unmet = suggested.filter((component) => rule(component) !== "required");
  const mark = (rows: readonly OfferComponentRow[], on: boolean) => {
    const next = new Set(marked);
    for (const { id } of rows) {
      if (on) next.add(id);
      else next.delete(id);
    }
    setMarked(next);
  };
  const label = t("label");
  return (
    <div className="space-y-3">
      {mayWrite && (
        <Alert status="info" live="off">
          <p>
            {suggested.length === 0
              ? t("noSuggestion")
              : t(unmet.length === 0 ? "suggestionMet" : "suggestion", { count: suggested.length })}
          </p>
          {unmet.length > 0 && (
            <Button size="sm" className="mt-1.5" onClick={() => state.rule(releaseId, unmet, "required")}>
              {t("applySuggestion", { count: unmet.length })}
            </Button>
          )}
        </Alert>
      )}
      <div className="flex flex-wrap items-center gap-2">
        <SearchBox
          label={label}
          value={search}
          onChange={(text) => {
            setSearch(text);
            pages.setPage(1);
          }}
        />
        <label className="flex items-center gap-2 text-compact">
          <span className="text-muted">{t("show")}</span>
          <Select
            value={show}
            options={shows
              .filter((value) => mayWrite || value !== "changed")
              .map((value) => ({ value, label: t(`shows.${value}`) }))}
            onChange={({ target }) => {
              setShow(shows.find((value) => value === target.value) ?? "all");
              pages.setPage(1);
            }}
          />
        </label>
      </div>
      {mayWrite && (
        <div className="flex flex-wrap items-center gap-2 rounded bg-sunken px-3 py-1.5">
          <Checkbox
            ref={(box) => {
              markAll.current = box;
              if (box) box.indeterminate = foundMarked > 0 && foundMarked < found.length;
            }}
            checked={found.length > 0 && foundMarked === found.length}
            disabled={found.length === 0}
            label={t("markFound", { count: found.length })}
            onChange={(event) => mark(found, event.target.checked)}
          />
          <span role="status" className="text-xs text-muted tabular-nums">
            {t("marked", { count: chosen.length })}
          </span>
          <div role="group" aria-label={t("changeMarked")} className="flex flex-wrap gap-2 sm:ml-auto">
            {rules.map((to) => (
              <Button
                key={to}
                size="sm"
                disabled={chosen.length === 0}
                onClick={() => {
                  state.rule(releaseId, chosen, to);
                  setMarked(new Set());
                  // The button has nothing more to do, and gives up the focus.
                  markAll.current?.focus();
                }}
              >
                {t(`make.${to}`)}
              </Button>
            ))}
          </div>
        </div>
      )}
      {found.length === 0 ? (
        <p className="py-6 text-center text-compact text-muted">{t("noneFound")}</p>
      ) : (
        <ul aria-label={label} className="divide-y divide-line rounded border border-line">
          {pages.visible.map((component) => (
            <ComponentRule
              key={component.id}
              component={component}
              rule={rule(component)}
              isMarked={marked.has(component.id)}
              mayWrite={mayWrite}
              onMark={(on) => mark([component], on)}
            />
          ))}
        </ul>
      )}
      <PageSteps
        label={label}
        page={pages.page}
        pages={pages.pages}
        total={found.length}
        onPage={pages.setPage}
      />
    </div>
  );
}
