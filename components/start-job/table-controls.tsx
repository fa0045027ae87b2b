"use client";

import { ChevronLeft, ChevronRight, Search } from "lucide-react";
import { useTranslations } from "next-intl";
import { Button } from "#components/ui/button.tsx";
import { Input } from "#components/ui/input.tsx";

interface SearchBoxProps {
  /** What is searched. */
  label: string;
  value: string;
  onChange: (text: string) => void;
}

export function SearchBox({ label, value, onChange }: SearchBoxProps) {
  const t = useTranslations("grid");
  const name = t("searchIn", { grid: label });
  return (
    <span className="relative block w-64 max-sm:w-full">
      <Search aria-hidden className="absolute top-1/2 left-2 size-4 -translate-y-1/2 text-muted" />
      <Input
        type="search"
        value={value}
        maxLength={200}
        aria-label={name}
        placeholder={name}
        className="pl-8"
        onChange={(event) => onChange(event.target.value)}
        // Enter would take the wizard to its next step.
        onKeyDown={(event) => {
          if (event.key === "Enter") event.preventDefault();
        }}
      />
    </span>
  );
}

interface PageStepsProps {
  /** What is paged. */
  label: string;
  page: number;
  pages: number;
  total: number;
  onPage: (page: number) => void;
}

export function PageSteps({ label, page, pages, total, onPage }: PageStepsProps) {
  const t = useTranslations("grid");
  return (
    <div className="flex flex-wrap items-center justify-end gap-2 text-xs text-muted">
      <p role="status" className="tabular-nums">
        {t("total", { total })}
      </p>
      {pages > 1 && (
        <nav aria-label={t("pagination", { grid: label })} className="flex items-center gap-1">
          <Button
            variant="flat"
            size="icon"
            className="size-7"
            aria-label={t("previousPage")}
            disabled={page === 1}
            onClick={() => onPage(page - 1)}
          >
            <ChevronLeft aria-hidden />
          </Button>
          <span className="tabular-nums">{t("page", { page, pages })}</span>
          <Button
            variant="flat"
            size="icon"
            className="size-7"
            aria-label={t("nextPage")}
            disabled={page === pages}
            onClick={() => onPage(page + 1)}
          >
            <ChevronRight aria-hidden />
          </Button>
        </nav>
      )}
    </div>
  );
}
