import { Search } from "lucide-react";
import { useTranslations } from "next-intl";
import { Alert } from "#components/ui/alert.tsx";
import { Button } from "#components/ui/button.tsx";
import { ErrorAlert } from "#components/ui/error-alert.tsx";
import type { LookUp } from "./use-look-up.ts";

interface LookUpButtonProps {
  lookUp: LookUp<unknown>;
  label: string;
  /** Where is asked. */
  source: string;
  disabled?: boolean;
  /** Said where the source answered that it has nothing. */
  none?: string | null;
}

/** Asks a source what there is to choose from; whatever it answers, typing by hand stays possible. */
export function LookUpButton({ lookUp, label, source, disabled = false, none = null }: LookUpButtonProps) {
  const t = useTranslations("catalog.find");
  const { asking, error, ask } = lookUp;
  return (
    <div className="space-y-2">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <Button icon={<Search aria-hidden />} loading={asking} disabled={disabled} onClick={ask}>
          {label}
        </Button>
        <span role="status" className="text-xs wrap-anywhere text-muted">
          {asking ? t("asking", { source }) : t("askHelp")}
        </span>
      </div>
      {error && <ErrorAlert error={error} />}
      {none !== null && <Alert status="info">{none}</Alert>}
    </div>
  );
}
