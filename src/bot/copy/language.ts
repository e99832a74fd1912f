// The language of this installation. Another language must implement `Copy` and be chosen here.
import type { Copy } from './copy.ts';
import { en } from './en/en.ts';

export const copy: Copy = en;
