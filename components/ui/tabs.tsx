"use client";

import { Tabs as Primitive } from "radix-ui";
import { type ReactNode, useEffect, useRef } from "react";
import { classNames } from "./class-names.ts";

interface Tab<Key extends string> {
  key: Key;
  label: string;
  /** Beside the label: a count, a mark. */
  aside?: ReactNode;
}

interface TabsProps<Key extends string> {
  label: string;
  tabs: readonly Tab<Key>[];
  value: Key;
  onChange: (key: Key) => void;
  /** What the open tab holds. */
  children: ReactNode;
}

/** Parts of one form or object of which one is shown; on a narrow screen the row scrolls. Arrow keys go from one to the next. */
export function Tabs<Key extends string>({ label, tabs, value, onChange, children }: TabsProps<Key>) {
  const list = useRef<HTMLDivElement>(null);
  useEffect(() => {
    // `scrollIntoView` would move the page as well.
    const [row, open] = [list.current, list.current?.querySelector<HTMLElement>("[aria-selected=true]")];
    if (!row || !open) return;
    const end = open.offsetLeft + open.offsetWidth;
    if (open.offsetLeft < row.scrollLeft) row.scrollLeft = open.offsetLeft;
    else if (end > row.scrollLeft + row.clientWidth) row.scrollLeft = end - row.clientWidth;
  }, [value]);
  return (
    <Primitive.Root value={value} onValueChange={(next) => onChange(next as Key)}>
      <Primitive.List
        ref={list}
        aria-label={label}
        className="relative flex overflow-x-auto border-b border-line"
      >
        {tabs.map((tab) => (
          <Primitive.Trigger
            key={tab.key}
            value={tab.key}
            className={classNames(
              "flex h-9 target shrink-0 items-center gap-1.5 border-b-3 border-transparent px-4 text-compact text-muted -outline-offset-2 hover:bg-hover",
              "data-[state=active]:border-accent data-[state=active]:font-semibold data-[state=active]:text-fg",
            )}
          >
            {tab.label}
            {tab.aside}
          </Primitive.Trigger>
        ))}
      </Primitive.List>
      <Primitive.Content value={value} className="p-4 -outline-offset-2" tabIndex={-1}>
        {children}
      </Primitive.Content>
    </Primitive.Root>
  );
}
