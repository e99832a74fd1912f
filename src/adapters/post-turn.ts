// The key under which a card waits for its turn in a conversation's rate limit.
import type { Card } from '../bot/cards/card.ts';

/** The cards of one request share one turn in a conversation, however often one is tried. A card without a request is keyed by its summary. */
export const callerOf = ({ flow, summary }: Card): string => flow ?? summary;
