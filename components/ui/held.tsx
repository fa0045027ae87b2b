"use client";

import { createContext, type ReactNode, useContext } from "react";
import { classNames } from "./class-names.ts";

const HoldReason = createContext<string | null>(null);

interface HeldProps {
  /** Why what is shown is not to be taken along at present; null where it may be. */
  reason: string | null;
  className?: string;
  children: ReactNode;
}

/** What stays to be read while something newer is on its way, and fades if that takes longer than usual. */
export function Held({ reason, className, children }: HeldProps) {
  return (
    <HoldReason value={reason}>
      <div
        className={classNames(
          "transition-opacity duration-200 empty:hidden",
          reason !== null && "opacity-60 delay-700",
          className,
        )}
      >
        {children}
      </div>
    </HoldReason>
  );
}

/** Says why, as soon as it can be seen that something is held. It has its room always, and tells nobody who does not come by. */
export function HoldNote({ held, children }: { held: boolean; children: string }) {
  return (
    <span
      className={classNames(
        "text-xs text-muted transition-[opacity,visibility] duration-200",
        held ? "delay-700" : "invisible opacity-0",
      )}
    >
      {children}
    </span>
  );
}

/**
 * For buttons that take along what is shown: while it is held they do nothing, say why, and keep the focus. Their looks wait as
 * all of it does.
 *
 * @param title of the button at other times
 */
export function useHeld(act: () => void, title?: string) {
  const reason = useContext(HoldReason);
  if (reason === null) return { title, onClick: act };
  return { title: reason, "aria-disabled": true, className: "aria-disabled:opacity-100" } as const;
}
