"use client";

import { DoctorForm, type DoctorTarget } from "./doctor-form.tsx";

interface DoctorDeskProps {
  targets: readonly DoctorTarget[];
  mayRun: boolean;
  initial: { registryId: string | null; address: string };
}

/** Where an examination begins. */
export function DoctorDesk({ targets, mayRun, initial }: DoctorDeskProps) {
  return mayRun && <DoctorForm targets={targets} initial={initial} />;
}
