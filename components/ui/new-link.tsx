import { Plus } from "lucide-react";
import type { ReactNode } from "react";
import { ButtonLink } from "./button.tsx";

/** Leads to the form for a new one: the weightiest button above a list. */
export function NewLink({ href, children }: { href: string; children: ReactNode }) {
  return (
    <ButtonLink href={href} variant="primary" icon={<Plus aria-hidden />}>
      {children}
    </ButtonLink>
  );
}
