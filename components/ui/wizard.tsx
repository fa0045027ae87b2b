"use client";

import { Check } from "lucide-react";
import { useTranslations } from "next-intl";
import { type ReactNode, useEffect, useRef, useState, useTransition } from "react";
import { Button } from "./button.tsx";
import { classNames } from "./class-names.ts";
import { Form } from "./form.tsx";

interface WizardStep {
  key: string;
  title: string;
  /** What the step is about, under its title. */
  description?: ReactNode;
  content: ReactNode;
  /** Asked on Next: false keeps the step, and its content shows what is wrong. */
  validate?: () => boolean | Promise<boolean>;
}

interface WizardProps {
  label: string;
  /** Two to ten; the last is the summary. */
  steps: readonly WizardStep[];
  /** The deed: "Start job". */
  finishLabel: string;
  /** Runs on the last step after its own check; the wizard is busy until it settles. */
  onFinish: () => Promise<void>;
  /** Where Cancel goes: usually a `ButtonLink` back to the list. */
  cancel: ReactNode;
}

/** A task in steps, each checked before the next. Done steps can be gone back to. */
export function Wizard({ label, steps, finishLabel, onFinish, cancel }: WizardProps) {
  const t = useTranslations("wizard");
  const tCommon = useTranslations("common");
  const [index, setIndex] = useState(0);
  const [pending, startTransition] = useTransition();
  const heading = useRef<HTMLHeadingElement>(null);
  const moved = useRef(false);

  // A new step is announced by moving the focus to its title, but the page does not start with it.
  useEffect(() => {
    if (moved.current) heading.current?.focus();
    moved.current = true;
  }, [index]);

  const step = steps[index];
  if (!step) return null;
  const last = index === steps.length - 1;
  const goOn = () =>
    startTransition(async () => {
      const valid = (await step.validate?.()) ?? true;
      if (!valid) return;
      if (last) await onFinish();
      else setIndex(index + 1);
    });

  return (
    <section
      aria-label={label}
      className="flex rounded border border-line bg-surface max-md:flex-col md:min-h-112"
    >
      <nav
        aria-label={t("steps")}
        className="border-line bg-sunken max-md:border-b md:w-56 md:shrink-0 md:border-r md:py-3"
      >
        <ol className="flex md:flex-col">
          {steps.map((one, position) => (
            <StepMark
              key={one.key}
              title={one.title}
              number={position + 1}
              state={position === index ? "current" : position < index ? "done" : "open"}
              onGo={() => setIndex(position)}
              disabled={pending}
            />
          ))}
        </ol>
      </nav>
      <Form className="flex min-w-0 flex-1 flex-col" onSubmit={goOn}>
        <div className="flex-1 space-y-4 p-5">
          <header className="space-y-1">
            <h2
              ref={heading}
              tabIndex={-1}
              aria-label={t("step", { number: index + 1, total: steps.length, title: step.title })}
              className="text-lg font-semibold outline-none"
            >
              {step.title}
            </h2>
            {step.description !== undefined && <p className="text-compact text-muted">{step.description}</p>}
          </header>
          {step.content}
        </div>
        <footer className="flex flex-wrap items-center gap-2 border-t border-line px-5 py-3">
          {cancel}
          <span className="flex-1" />
          {index > 0 && (
            <Button disabled={pending} onClick={() => setIndex(index - 1)}>
              {tCommon("back")}
            </Button>
          )}
          <Button type="submit" variant="primary" loading={pending}>
            {last ? finishLabel : t("next")}
          </Button>
        </footer>
      </Form>
    </section>
  );
}

interface StepMarkProps {
  title: string;
  number: number;
  state: "done" | "current" | "open";
  onGo: () => void;
  disabled: boolean;
}

function StepMark({ title, number, state, onGo, disabled }: StepMarkProps) {
  const t = useTranslations("wizard");
  const look = classNames(
    "target flex w-full items-center gap-2 border-transparent px-4 py-2 text-left text-compact -outline-offset-2 max-md:border-b-3 md:border-l-3",
    state === "current" && "border-accent bg-selected font-semibold",
    state === "done" && "border-success text-link hover:bg-hover",
    state === "open" && "text-muted",
  );
  const inside = (
    <>
      <span aria-hidden className="flex w-4 shrink-0 justify-center tabular-nums">
        {state === "done" ? <Check className="size-4 text-success" /> : number}
      </span>
      <span className={classNames("min-w-0", state !== "current" && "max-md:sr-only")}>{title}</span>
    </>
  );
  return (
    <li aria-current={state === "current" ? "step" : undefined} className="max-md:shrink-0">
      {state === "done" ? (
        <button type="button" className={look} onClick={onGo} disabled={disabled}>
          {inside}
          <span className="sr-only">({t("completed")})</span>
        </button>
      ) : (
        <span className={look}>{inside}</span>
      )}
    </li>
  );
}
