"use client";

import { CircleQuestionMark, X } from "lucide-react";
import { useTranslations } from "next-intl";
import { Popover } from "radix-ui";
import type { ReactNode } from "react";
import { Button } from "./button.tsx";

interface SignpostProps {
  /** Name of the button: "What is a base path?" */
  label: string;
  children: ReactNode;
  /** In place of the question mark. */
  trigger?: ReactNode;
}

/** Short help that opens on a click, for what most people already know. */
export function Signpost({ label, children, trigger }: SignpostProps) {
  const t = useTranslations("common");
  return (
    <Popover.Root>
      <Popover.Trigger asChild>
        {trigger ?? (
          <Button variant="flat" size="icon" aria-label={label} title={label} className="size-6">
            <CircleQuestionMark aria-hidden />
          </Button>
        )}
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Content
          aria-label={label}
          sideOffset={6}
          collisionPadding={8}
          className="z-50 flex max-h-[31.5rem] w-80 max-w-[calc(100vw-1rem)] items-start gap-2 overflow-y-auto rounded border border-line-strong bg-raised p-3 text-compact text-fg shadow-raised"
        >
          <div className="min-w-0 flex-1 space-y-2">{children}</div>
          <Popover.Close asChild>
            <Button variant="flat" size="icon" aria-label={t("close")} className="size-6">
              <X aria-hidden />
            </Button>
          </Popover.Close>
          <Popover.Arrow className="fill-line-strong" />
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}
