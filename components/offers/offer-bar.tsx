import { useTranslations } from "next-intl";
import { useRouter } from "next/navigation";
import { Button } from "#components/ui/button.tsx";
import { ErrorAlert } from "#components/ui/error-alert.tsx";
import type { ErrorView } from "#lib/errors.ts";
import type { OfferDraftState } from "./use-offer-draft.ts";

interface OfferBarProps {
  state: OfferDraftState;
  isSaveable: boolean;
  pending: boolean;
  error: ErrorView | null;
  onReset: () => void;
  onDiscard: () => void;
}

/** Saves the offer; always in sight. */
export function OfferBar({ state, isSaveable, pending, error, onReset, onDiscard }: OfferBarProps) {
  const t = useTranslations("offers.bar");
  const tCommon = useTranslations("common");
  const router = useRouter();
  const { offered, withdrawn, rules, settings } = state.changes;
  const said = rules.required.length + rules.withheld.length + rules.free.length;
  const changes = [
    offered.length > 0 && t("offered", { count: offered.length }),
    withdrawn.length > 0 && t("withdrawn", { count: withdrawn.length }),
    said > 0 && t("components", { count: said }),
    settings > 0 && t("settings", { count: settings }),
  ].filter((change) => change !== false);
  return (
    <div className="sticky bottom-0 z-10 space-y-2 rounded border border-line bg-surface px-4 py-2.5 shadow-raised">
      {error && (
        <ErrorAlert
          error={error}
          action={
            error.code === "offer-overtaken" && (
              <Button
                size="sm"
                onClick={() => {
                  onReset();
                  router.refresh();
                }}
              >
                {t("reload")}
              </Button>
            )
          }
        />
      )}
      <div className="flex flex-wrap items-center gap-2">
        <Button type="submit" variant="primary" loading={pending} disabled={!isSaveable}>
          {tCommon("save")}
        </Button>
        <Button disabled={!state.isChanged || pending} onClick={onDiscard}>
          {t("discard")}
        </Button>
        <span role="status" className="text-xs text-muted tabular-nums">
          {changes.length === 0 ? t("none") : changes.join(" · ")}
        </span>
      </div>
    </div>
  );
}
