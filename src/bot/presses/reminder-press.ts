// *Don't remind me*: the answer stands where the reminder stood, and says how to come back.
import { drawHelp } from '../cards/plain-card.ts';
import type { Copy } from '../copy/copy.ts';
import type { Pressed } from '../inbound.ts';
import type { Reminding } from '../reminding.ts';
import type { PressResult } from './press-result.ts';

export interface ReminderPressParts {
  readonly reminding: Pick<Reminding, 'stop'>;
  readonly copy: Copy;
}

export async function takeStopReminding({ actor }: Pressed, parts: ReminderPressParts): Promise<PressResult> {
  await parts.reminding.stop(actor);
  return { is: 'card', card: drawHelp([parts.copy.remindersStopped], parts.copy) };
}
