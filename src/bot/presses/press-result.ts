// The result of a press, before it becomes a reply.
import type { Flow } from '../../flows/state.ts';
import type { Card, Text } from '../cards/card.ts';
import type { AboutPress } from '../cards/person-body.ts';

export type PressResult =
  | ({
      readonly is: 'flow';
      readonly flow: Flow;
      readonly moved: boolean;
    } & AboutPress)
  | { readonly is: 'card'; readonly card: Card }
  | { readonly is: 'notice'; readonly text: Text }
  | { readonly is: 'done' };

export const notice = (text: Text): PressResult => ({ is: 'notice', text });
