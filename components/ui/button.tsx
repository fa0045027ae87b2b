import { cva, type VariantProps } from "class-variance-authority";
import { Slot } from "radix-ui";
import type { ComponentProps, MouseEvent, ReactNode } from "react";
import { classNames } from "./class-names.ts";
import { Link } from "./link.tsx";
import { Spinner } from "./spinner.tsx";

const buttonLook = cva(
  "target inline-flex shrink-0 items-center justify-center gap-2 rounded border font-medium whitespace-nowrap transition-colors select-none aria-disabled:cursor-not-allowed aria-disabled:opacity-55 disabled:cursor-not-allowed disabled:opacity-55 [&_svg]:size-4 [&_svg]:shrink-0",
  {
    variants: {
      variant: {
        /** The one action a page or dialog is about. */
        primary:
          "border-accent bg-accent text-on-accent enabled:hover:border-accent-hover enabled:hover:bg-accent-hover [a]:hover:border-accent-hover [a]:hover:bg-accent-hover",
        outline: "border-accent bg-transparent text-link enabled:hover:bg-hover [a]:hover:bg-hover",
        /** Without a frame, for what stands beside something weightier. */
        flat: "border-transparent bg-transparent text-link enabled:hover:bg-hover [a]:hover:bg-hover",
        danger:
          "border-destructive bg-destructive text-on-accent enabled:hover:border-destructive-hover enabled:hover:bg-destructive-hover",
        "danger-outline": "border-destructive bg-transparent text-danger enabled:hover:bg-danger-bg",
      },
      size: {
        md: "h-8 px-3 text-compact",
        sm: "h-6 px-2 text-xs",
        /** A square for a lone icon, which then needs an `aria-label`. */
        icon: "size-8 p-0",
      },
    },
    defaultVariants: { variant: "outline", size: "md" },
  },
);

type Look = VariantProps<typeof buttonLook>;

interface ButtonProps extends ComponentProps<"button">, Look {
  icon?: ReactNode;
  /** Shows a spinner and takes no clicks; label, width and focus stay. */
  loading?: boolean;
  /** Renders the only child instead of a `button`, with the button's look. */
  asChild?: boolean;
}

/** A button. Its type is `button` unless said otherwise, so that none submits a form by accident. */
export function Button({
  variant,
  size,
  icon,
  loading = false,
  asChild = false,
  className,
  children,
  type = "button",
  onClick,
  ...rest
}: ButtonProps) {
  const look = classNames(buttonLook({ variant, size }), className);
  if (asChild) {
    return (
      <Slot.Root className={look} onClick={onClick} {...rest}>
        {children}
      </Slot.Root>
    );
  }
  return (
    <button
      type={type}
      className={look}
      {...rest}
      // Disabled, it would lose the focus. What is prevented submits no form either, by whatever key.
      {...(loading ? { "aria-busy": true, "aria-disabled": true, onClick: prevent } : { onClick })}
    >
      {loading ? <Spinner /> : icon}
      {children}
    </button>
  );
}

const prevent = (event: MouseEvent): void => event.preventDefault();

interface ButtonLinkProps extends ComponentProps<typeof Link>, Look {
  icon?: ReactNode;
}

/** A link that looks like a button: it goes somewhere, it does nothing. */
export function ButtonLink({ variant, size, icon, className, children, ...rest }: ButtonLinkProps) {
  return (
    <Link className={classNames(buttonLook({ variant, size }), className)} {...rest}>
      {icon}
      {children}
    </Link>
  );
}
