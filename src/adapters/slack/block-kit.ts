// A block of Block Kit: only what we write, so its shapes are not described a second time here.
export type Block = { readonly type: string } & Readonly<Record<string, unknown>>;
