"use client";

import { CircleCheck, Circle } from "lucide-react";
import { useTranslations } from "next-intl";
import { useRouter } from "next/navigation";
import { type ReactNode, useRef, useTransition } from "react";
import { useAction } from "#components/forms/use-action.ts";
import { postResult } from "#components/query/post-result.ts";
import { Checkbox } from "#components/ui/checkbox.tsx";
import { classNames } from "#components/ui/class-names.ts";
import { ErrorAlert } from "#components/ui/error-alert.tsx";
import { statusColors } from "#components/ui/status.tsx";
import { DateTime } from "#components/ui/time.tsx";
import type { ChecklistEnvironment, ChecklistItem, ItemTick, TickSwitch } from "#lib/schemas/checklists.ts";

interface TickedItemProps {
  organizationId: string | null;
  environment: ChecklistEnvironment;
  item: ChecklistItem;
  /** What is to be there. */
  text: string;
  isTicked: boolean;
  /** Null while nobody has ticked it, and until it is known that somebody has. */
  tick: ItemTick | null;
  /** Tells the list before the server has said so. */
  onSwitch: (isTicked: boolean) => void;
}

const postSwitch = (input: TickSwitch) =>
  postResult<null>("/api/checklists/ticks", input, { outlivesPage: true });

/** An item to tick. What the server refuses is as it was again, and why is said beneath. */
export function TickedItem({ text, isTicked, tick, onSwitch, ...place }: TickedItemProps) {
  const router = useRouter();
  const last = useRef<Promise<unknown>>(null);
  const { run, error } = useAction(async (input: TickSwitch) => {
    // Of two switches of one item the later one is to hold.
    await last.current;
    return postSwitch(input);
  });
  const [, startTransition] = useTransition();
  const change = (next: boolean) =>
    startTransition(async () => {
      onSwitch(next);
      // What others have done meanwhile comes along.
      last.current = run({ ...place, isTicked: next }, () => router.refresh());
      await last.current;
    });
  return (
    <>
      <Checkbox
        label={text}
        checked={isTicked}
        // What a browser fills in again on its way back would be taken for a tick of the reader's.
        autoComplete="off"
        onChange={(event) => change(event.target.checked)}
        {...(tick && { help: <TickedBy tick={tick} /> })}
      />
      {error && <ErrorAlert error={error} compact className="pl-6" />}
    </>
  );
}

/** The same for those who may look only. */
export function ShownItem({ text, tick }: { text: string; tick: ItemTick | null }) {
  const t = useTranslations("checklists");
  const Icon = tick ? CircleCheck : Circle;
  return (
    <div className="flex items-start gap-2 text-compact">
      <Icon
        aria-hidden
        className={classNames("mt-0.5 size-4 shrink-0", statusColors[tick ? "success" : "neutral"])}
      />
      <div className="min-w-0">
        <p>
          <span className="sr-only">{t(tick ? "ticked" : "notTicked")}</span> {text}
        </p>
        {tick && (
          <p className="text-xs text-muted">
            <TickedBy tick={tick} />
          </p>
        )}
      </div>
    </div>
  );
}

function TickedBy({ tick: { by, at } }: { tick: ItemTick }): ReactNode {
  const t = useTranslations("checklists");
  return t.rich("tickedBy", { by: by ?? t("provider"), at: () => <DateTime value={at} /> });
}
