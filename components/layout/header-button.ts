import { classNames } from "#components/ui/class-names.ts";

/** A button on the dark header bar. */
export function headerButtonLook(className?: string): string {
  return classNames(
    "inline-flex h-12 min-w-11 items-center justify-center gap-1.5 px-2.5 text-compact text-on-header -outline-offset-4 outline-on-header hover:bg-header-hover data-[state=open]:bg-header-hover [&_svg]:shrink-0",
    className,
  );
}
