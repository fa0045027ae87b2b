"use client";

import { useTranslations } from "next-intl";
import { Button } from "#components/ui/button.tsx";
import { Code } from "#components/ui/code.tsx";
import { Dialog, DialogClose } from "#components/ui/dialog.tsx";
import type { OfferedComponent } from "#lib/schemas/selections.ts";
import { formatComponent } from "./component-name.ts";
import { listByIds, listNeeding } from "./missing-needs.ts";

interface NeedsDialogProps {
  component: OfferedComponent;
  components: readonly OfferedComponent[];
  byId: ReadonlyMap<string, OfferedComponent>;
  onClose: () => void;
}

/** What a component needs, and what needs it. */
export function NeedsDialog({ component, components, byId, onClose }: NeedsDialogProps) {
  const t = useTranslations("selections.needs");
  const tCommon = useTranslations("common");
  const dependents = listNeeding(component.id, components);
  return (
    <Dialog
      open
      onOpenChange={(open) => {
        if (!open) onClose();
      }}
      title={t("dialogTitle")}
      description={<Code>{formatComponent(component)}</Code>}
      footer={
        <DialogClose>
          <Button variant="primary">{tCommon("close")}</Button>
        </DialogClose>
      }
    >
      <div className="space-y-4 text-compact">
        <section className="space-y-1">
          <h3 className="font-semibold">{t("needsTitle")}</h3>
          {component.needs.length === 0 && <p className="text-muted">{t("nothing")}</p>}
          <ul className="space-y-1">
            {component.needs.map((group) => (
              <li key={group.join()}>
                {group.length > 1 && <p className="text-muted">{t("anyOf")}</p>}
                <NameList components={listByIds(byId, group)} />
              </li>
            ))}
          </ul>
        </section>
        <section className="space-y-1">
          <h3 className="font-semibold">{t("neededByTitle")}</h3>
          {dependents.length === 0 && <p className="text-muted">{t("nothing")}</p>}
          <NameList components={dependents} />
        </section>
      </div>
    </Dialog>
  );
}

function NameList({ components }: { components: readonly OfferedComponent[] }) {
  return (
    <ul>
      {components.map((component) => (
        <li key={component.id}>
          <Code>{formatComponent(component)}</Code>
        </li>
      ))}
    </ul>
  );
}
