// The language of this installation. To offer another one, it must be complete (see `Copy`) and be chosen here.
import type { Copy } from './copy.ts';
import { en } from './en/en.ts';

export const copy: Copy = en;
