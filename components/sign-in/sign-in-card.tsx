import type { ReactNode } from "react";

interface SignInCardProps {
  title: string;
  intro?: ReactNode;
  children?: ReactNode;
}

/** The frame of every page that leads into the panel. */
export function SignInCard({ title, intro, children }: SignInCardProps) {
  return (
    <section className="space-y-5 rounded border border-line bg-surface p-6">
      <header className="space-y-1">
        <h1 className="text-xl font-semibold tracking-tight">{title}</h1>
        {intro !== undefined && <p className="text-compact text-muted">{intro}</p>}
      </header>
      {children}
    </section>
  );
}
