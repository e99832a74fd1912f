// The key under which a card waits for its turn in a conversation's rate limit.
import type { Card } from '../bot/cards/card.ts';

/** All cards of one request share one turn in a conversation, however often they are tried. Without a request, the summary is the key. */
export const callerOf = ({ flow, summary }: Card): string => flow ?? JSON.stringify(summary);
