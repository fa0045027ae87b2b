import { useTranslations } from "next-intl";
import { Alert } from "#components/ui/alert.tsx";
import { Button } from "#components/ui/button.tsx";
import { Code } from "#components/ui/code.tsx";
import type { OfferedComponent } from "#lib/schemas/selections.ts";
import { formatComponent } from "./component-name.ts";
import { listDependents, type MissingNeed, withNeeds } from "./missing-needs.ts";
import type { useSelectionDraft } from "./use-selection-draft.ts";

const shown = 3;

interface MissingNeedsAlertProps {
  components: readonly OfferedComponent[];
  draft: ReturnType<typeof useSelectionDraft>;
  mayWrite: boolean;
}

/** What is off though others that are on need it, with both ways out. */
export function MissingNeedsAlert({ components, draft, mayWrite }: MissingNeedsAlertProps) {
  const t = useTranslations("selections.needs");
  const { missing } = draft;
  if (missing.length === 0) return null;
  return (
    <Alert status="warning" live="polite" title={t("title", { count: missing.length })}>
      <p>{t("help")}</p>
      <ul className="mt-1 space-y-2">
        {missing.slice(0, shown).map((need) => (
          <Need
            key={need.anyOf.map(({ id }) => id).join()}
            need={need}
            components={components}
            draft={draft}
            mayWrite={mayWrite}
          />
        ))}
      </ul>
      {missing.length > shown && <p>{t("more", { count: missing.length - shown })}</p>}
    </Alert>
  );
}

function Need({ need, components, draft, mayWrite }: MissingNeedsAlertProps & { need: MissingNeed }) {
  const t = useTranslations("selections.needs");
  const [needed] = need.anyOf;
  const [first] = need.neededBy;
  if (!needed || !first) return null;
  const name = formatComponent(needed);
  const dependents = listDependents(need, components, draft.on);
  return (
    <li className="space-y-1">
      <p>
        {t.rich("neededBy", {
          name,
          first: formatComponent(first),
          count: need.neededBy.length - 1,
          c: (chunks) => <Code>{chunks}</Code>,
        })}
      </p>
      {mayWrite && (
        <div className="flex flex-wrap gap-2">
          <Button
            size="sm"
            aria-label={t("turnOn", { name })}
            onClick={() => draft.set(withNeeds(needed, draft.byId, draft.on), true)}
          >
            {t("turnOnShort")}
          </Button>
          {!dependents.some(({ isRequired }) => isRequired) && (
            <Button size="sm" onClick={() => draft.set(dependents, false)}>
              {t("turnOff", { count: dependents.length })}
            </Button>
          )}
        </div>
      )}
    </li>
  );
}
