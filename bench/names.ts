// Names that strangers type: of every kind that a stranger must not tell apart.
export const nameKinds = [
  'ordinary',
  'unknown',
  'locked',
  'disabled',
  'without contacts',
  'ambiguous',
  'only elsewhere',
] as const;
export type NameKind = (typeof nameKinds)[number];

export const typedName = (kind: NameKind, nth: number): string =>
  `${kind.replaceAll(' ', '-')}-${nth}@typed.example.com`;
export const typedMailbox = (kind: NameKind, nth: number): string =>
  `${kind.replaceAll(' ', '-')}-${nth}@home.example.net`;
