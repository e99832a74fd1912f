// Under which name a card waits for its turn in a conversation.
import type { Card } from '../bot/cards/card.ts';

/** A card of a request has one turn in a conversation, however often it is tried; without a request it is known by what it says. */
export const callerOf = ({ flow, summary }: Card): string => flow ?? summary;
