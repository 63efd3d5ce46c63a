/** An object of the API's client as the JSON that it stands for: readonly, without its class. */
export type Plain<T> = T extends Date
  ? string
  : T extends object
    ? { readonly [Key in keyof T]: Plain<T[Key]> }
    : T;
