"use client";

import { Tooltip as Primitive } from "radix-ui";
import type { ReactNode } from "react";

/** The name of an icon, or a cut text in full; never anything one must know. The only child takes the focus. */
export function Tooltip({ content, children }: { content: ReactNode; children: ReactNode }) {
  return (
    <Primitive.Provider delayDuration={300}>
      <Primitive.Root>
        <Primitive.Trigger asChild>{children}</Primitive.Trigger>
        <Primitive.Portal>
          <Primitive.Content
            sideOffset={4}
            collisionPadding={8}
            className="z-50 max-w-xs rounded bg-header px-2 py-1 text-xs text-on-header shadow-raised"
          >
            {content}
            <Primitive.Arrow className="fill-header" />
          </Primitive.Content>
        </Primitive.Portal>
      </Primitive.Root>
    </Primitive.Provider>
  );
}
