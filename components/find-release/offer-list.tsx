"use client";

import { useTranslations } from "next-intl";
import { useState } from "react";
import { Checkbox } from "#components/ui/checkbox.tsx";
import { FieldSet } from "#components/ui/field.tsx";
import { Input } from "#components/ui/input.tsx";
import { Select } from "#components/ui/select.tsx";
import { listLines } from "./find-draft.ts";

interface Offer {
  /** What is asked for, with `:version` where there are versions. */
  id: string;
  help: string;
  /** The newest first; none where the id says all. */
  versions: readonly string[];
  /** It comes along whatever is chosen. */
  isEssential?: boolean;
}

interface OfferListProps {
  legend: string;
  offers: readonly Offer[];
  /** The lines that are asked for, chosen or typed. */
  lines: string;
  onChange: (lines: string) => void;
}

/** As many as can be read through; further ones are found by typing a part of the name. */
const maxShown = 50;
const searchFrom = 8;

/** What a source has, to tick; the same list can be typed. */
export function OfferList({ legend, offers, lines, onChange }: OfferListProps) {
  const t = useTranslations("catalog.find");
  const [search, setSearch] = useState("");
  const wanted = search.trim().toLowerCase();
  const matching = offers.filter(({ id, help }) => `${id} ${help}`.toLowerCase().includes(wanted));
  const shown = matching.slice(0, maxShown);
  return (
    <FieldSet legend={legend}>
      {offers.length > searchFrom && (
        <Input
          type="search"
          aria-label={t("searchIn", { list: legend })}
          placeholder={t("search")}
          className="max-w-xs"
          value={search}
          onChange={(event) => setSearch(event.target.value)}
        />
      )}
      <ul className="max-h-72 overflow-y-auto rounded border border-line">
        {shown.map((offer) => (
          <OfferItem key={offer.id} offer={offer} lines={lines} onChange={onChange} />
        ))}
      </ul>
      {matching.length > shown.length && (
        <p className="text-xs text-muted">{t("shownOf", { shown: shown.length, total: matching.length })}</p>
      )}
      {matching.length === 0 && <p className="text-xs text-muted">{t("noMatch")}</p>}
    </FieldSet>
  );
}

interface OfferItemProps {
  offer: Offer;
  lines: string;
  onChange: (lines: string) => void;
}

function OfferItem({ offer: { id, help, versions, isEssential = false }, lines, onChange }: OfferItemProps) {
  const t = useTranslations("catalog.find");
  const [version, setVersion] = useState(versions[0] ?? "");
  const chosen = listLines(lines);
  const format = (one: string) => (one === "" ? id : `${id}:${one}`);
  const line = format(version);
  const isChosen = chosen.includes(line);
  const write = (next: readonly string[]) => onChange(next.join("\n"));
  return (
    <li className="flex flex-wrap items-center gap-x-3 gap-y-1 border-line px-3 py-1.5 not-last:border-b">
      <Checkbox
        className="min-w-0 flex-1 basis-56 wrap-anywhere"
        label={id}
        help={isEssential ? t("essential") : help === "" ? undefined : help}
        checked={isChosen || isEssential}
        disabled={isEssential}
        onChange={() => write(isChosen ? chosen.filter((one) => one !== line) : [...chosen, line])}
      />
      {versions.length > 0 && !isEssential && (
        <Select
          aria-label={t("versionOf", { name: id })}
          className="w-36"
          value={version}
          options={versions.map((value) => ({ value, label: value }))}
          onChange={(event) => {
            const next = event.target.value;
            setVersion(next);
            if (isChosen) write(chosen.map((one) => (one === line ? format(next) : one)));
          }}
        />
      )}
    </li>
  );
}
