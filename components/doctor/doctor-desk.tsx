"use client";

import { useRef, useState } from "react";
import { DoctorForm, type DoctorTarget } from "./doctor-form.tsx";
import { PasteError } from "./paste-error.tsx";

interface DoctorDeskProps {
  targets: readonly DoctorTarget[];
  mayRun: boolean;
  initial: { registryId: string | null; address: string };
}

/** Where an examination begins: with an address, or with the message that somebody has got. */
export function DoctorDesk({ targets, mayRun, initial }: DoctorDeskProps) {
  const form = useRef<HTMLDivElement>(null);
  const [filled, setFilled] = useState({ ...initial, times: 0 });
  const fill = (address: string) => {
    // A registry of ours is examined as it is set up.
    const stored = targets.find((target) => target.address === address);
    setFilled(({ times }) => ({ registryId: stored?.registryId ?? null, address, times: times + 1 }));
    form.current?.scrollIntoView({ block: "start" });
  };
  return (
    <>
      {mayRun && (
        <div ref={form} className="scroll-mt-16">
          <DoctorForm key={filled.times} targets={targets} initial={filled} focused={filled.times > 0} />
        </div>
      )}
      <PasteError onExamine={mayRun ? fill : null} />
    </>
  );
}
