declare const brand: unique symbol;

/** A string that a parser of this folder has checked. */
export type Checked<Name extends string> = string & { readonly [brand]: Name };
