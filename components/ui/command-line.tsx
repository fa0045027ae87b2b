import { CopyButton } from "./copy-button.tsx";

/** A command, or several, each in its line, to be copied as a whole. */
export function CommandLine({ command, label }: { command: string; label: string }) {
  return (
    <div className="flex items-start gap-2 rounded border border-line bg-sunken px-2 py-1.5">
      <code className="min-w-0 flex-1 font-mono text-xs wrap-anywhere whitespace-pre-wrap">{command}</code>
      <CopyButton value={command} label={label} />
    </div>
  );
}
