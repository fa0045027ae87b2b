"use client";

import { useRouter } from "next/navigation";
import { useRef } from "react";
import { useAction } from "#components/forms/use-action.ts";
import { useFields } from "#components/forms/use-fields.ts";
import { Form } from "#components/ui/form.tsx";
import { startDoctorRunAction } from "#lib/actions/doctor.ts";
import type { DoctorFields } from "#lib/schemas/doctor.ts";
import { DoctorForm, type DoctorTarget } from "./doctor-form.tsx";
import { PasteError } from "./paste-error.tsx";

interface DoctorDeskProps {
  targets: readonly DoctorTarget[];
  mayRun: boolean;
  initial: Pick<DoctorFields, "registryId" | "address">;
}

/** Where an examination begins: with an address, or with the message that somebody has got. */
export function DoctorDesk({ targets, mayRun, initial }: DoctorDeskProps) {
  const router = useRouter();
  const start = useRef<HTMLButtonElement>(null);
  const { run, pending, error } = useAction(startDoctorRunAction);
  const { form, fields, set, fieldError } = useFields<DoctorFields>(
    { ...initial, cloudDirector: "", certificates: "" },
    error,
  );
  /** Whatever else stands in the form stays there. */
  const fill = (address: string) => {
    // A registry of ours is examined as it is set up.
    const stored = targets.find((target) => target.address === address);
    set({ registryId: stored?.registryId ?? null, address });
    form.current?.scrollIntoView({ block: "start" });
    start.current?.focus({ preventScroll: true });
  };
  return (
    <>
      {mayRun && (
        <Form
          ref={form}
          className="scroll-mt-16"
          onSubmit={() => void run(fields, ({ id }) => router.push(`/doctor/${id}`))}
        >
          <DoctorForm {...{ targets, fields, set, fieldError, error, pending }} startButton={start} />
        </Form>
      )}
      <PasteError onExamine={mayRun ? fill : null} />
    </>
  );
}
