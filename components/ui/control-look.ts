/** What all controls of a form look like. */
export const controlLook =
  "w-full rounded border border-line-strong bg-surface px-2 text-compact text-fg transition-colors placeholder:text-faint hover:border-accent aria-invalid:border-danger disabled:cursor-not-allowed disabled:border-line disabled:bg-sunken disabled:text-muted [&[readonly]]:bg-sunken max-md:text-base";
