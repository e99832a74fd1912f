// A block of Block Kit. We only write blocks, so the types of their fields are not repeated here.
export type Block = { readonly type: string } & Readonly<Record<string, unknown>>;
