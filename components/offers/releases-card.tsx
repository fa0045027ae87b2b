"use client";

import { useTranslations } from "next-intl";
import { useState } from "react";
import { ReleaseKindLabel } from "#components/catalog/release-kind.tsx";
import { PageSteps, SearchBox } from "#components/start-job/table-controls.tsx";
import { searchRows, usePages } from "#components/start-job/use-table-window.ts";
import { Badge } from "#components/ui/badge.tsx";
import { Button, ButtonLink } from "#components/ui/button.tsx";
import { Card } from "#components/ui/card.tsx";
import { Checkbox } from "#components/ui/checkbox.tsx";
import { classNames } from "#components/ui/class-names.ts";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { Select } from "#components/ui/select.tsx";
import type { OfferReleaseRow, OfferView } from "#lib/schemas/offers.ts";
import { countRules, isOffered } from "./offer-draft.ts";
import { ReleaseComponents } from "./release-components.tsx";
import type { OfferDraftState } from "./use-offer-draft.ts";

const rowsPerPage = 25;
const shows = ["all", "offered", "notOffered"] as const;
type Show = (typeof shows)[number];

interface ReleasesCardProps {
  view: OfferView;
  state: OfferDraftState;
  mayWrite: boolean;
}

/** Which releases are offered, and of each what is said of its components. */
export function ReleasesCard({ view, state, mayWrite }: ReleasesCardProps) {
  const t = useTranslations("offers.releases");
  const [search, setSearch] = useState("");
  const [show, setShow] = useState<Show>("all");
  const { releases } = view;
  const found = searchRows(releases, search, ({ name, version }) => `${name} ${version}`).filter(
    (release) => show === "all" || isOffered(state.draft, release) === (show === "offered"),
  );
  const pages = usePages(found, rowsPerPage);
  const offered = releases.filter((release) => isOffered(state.draft, release));
  const label = t("title");
  const summary = (
    <span role="status" className="text-xs text-muted tabular-nums">
      {mayWrite
        ? t("offeredOf", { offered: offered.length, total: releases.length })
        : t("offered", { offered: offered.length })}
    </span>
  );
  if (releases.length === 0) {
    return (
      <Card title={label} flush>
        <EmptyState
          title={t(mayWrite ? "emptyCatalog" : "empty")}
          action={mayWrite && <ButtonLink href="/catalog/find">{t("toCatalog")}</ButtonLink>}
        >
          {t(mayWrite ? "emptyCatalogHelp" : "emptyHelp")}
        </EmptyState>
      </Card>
    );
  }
  const toOffer = found.filter((release) => !isOffered(state.draft, release));
  const toWithdraw = found.filter((release) => isOffered(state.draft, release));
  return (
    <Card title={label} aside={summary} flush>
      <div className="flex flex-wrap items-center gap-2 border-b border-line px-4 py-2">
        <SearchBox
          label={label}
          value={search}
          onChange={(text) => {
            setSearch(text);
            pages.setPage(1);
          }}
        />
        {mayWrite && (
          <>
            <label className="flex items-center gap-2 text-compact">
              <span className="text-muted">{t("show")}</span>
              <Select
                value={show}
                options={shows.map((value) => ({ value, label: t(`shows.${value}`) }))}
                onChange={({ target }) => {
                  setShow(shows.find((value) => value === target.value) ?? "all");
                  pages.setPage(1);
                }}
              />
            </label>
            <div className="flex flex-wrap gap-2 sm:ml-auto">
              <Button size="sm" disabled={toOffer.length === 0} onClick={() => state.turn(toOffer, true)}>
                {t("offerFound", { count: toOffer.length })}
              </Button>
              <Button
                size="sm"
                disabled={toWithdraw.length === 0}
                onClick={() => state.turn(toWithdraw, false)}
              >
                {t("withdrawFound", { count: toWithdraw.length })}
              </Button>
            </div>
          </>
        )}
      </div>
      {found.length === 0 && (
        <p className="px-4 py-6 text-center text-compact text-muted">{t("noneFound")}</p>
      )}
      <ul aria-label={label} className="divide-y divide-line">
        {pages.visible.map((release) => (
          <ReleaseItem key={release.id} view={view} release={release} state={state} mayWrite={mayWrite} />
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
    </Card>
  );
}

function ReleaseItem({ view, release, state, mayWrite }: ReleasesCardProps & { release: OfferReleaseRow }) {
  const t = useTranslations("offers.releases");
  const on = isOffered(state.draft, release);
  const counts = countRules(state.draft, release);
  const name = `${release.name} ${release.version}`;
  const isChanged = on !== release.isOffered || (on && state.draft.rules.has(release.id));
  return (
    <li
      className={classNames(
        "flex flex-wrap items-center gap-x-4 gap-y-1 px-4 py-1.5 text-compact",
        isChanged && "bg-selected",
      )}
    >
      <div className="min-w-0 flex-1 max-sm:basis-full">
        {mayWrite ? (
          <Checkbox
            checked={on}
            label={<span className="font-medium wrap-anywhere">{name}</span>}
            onChange={(event) => state.turn([release], event.target.checked)}
          />
        ) : (
          <span className="font-medium wrap-anywhere">{name}</span>
        )}
      </div>
      <div className="flex flex-wrap items-center gap-2 max-sm:w-full">
        <ReleaseKindLabel kind={release.kind} />
        {on && counts.required > 0 && (
          <Badge status="info">{t("required", { count: counts.required })}</Badge>
        )}
        {on && counts.withheld > 0 && (
          <Badge status="warning">{t("withheld", { count: counts.withheld })}</Badge>
        )}
        <span className={classNames("text-xs tabular-nums", !isChanged && "text-muted")}>
          {on ? t("free", { count: counts.free }) : t("components", { count: release.componentCount })}
        </span>
        {on && <ReleaseComponents view={view} release={release} state={state} mayWrite={mayWrite} />}
      </div>
    </li>
  );
}
