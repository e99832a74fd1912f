// The options of the emulated Teams, with the defaults of the real service.
import { resolve } from 'node:path';

export type TeamsOptions = {
  readonly appId: string;
  readonly appPassword: string;
  /** The one tenant in which the bot is registered. */
  readonly tenantId: string;
  readonly botName?: string;
  /** The product's `POST /api/messages`; may be set later by `control.connect`. */
  readonly messagesUrl?: string;
  /**
   * In epoch milliseconds. Message ids, timestamps, the app's own tokens and the rate limits follow it; the 15-second
   * limit does not.
   */
  readonly now?: () => number;
  /**
   * The clock for the times in tokens to the bot, epoch milliseconds. Default: the machine's clock, because botbuilder
   * checks tokens by that.
   */
  readonly channelClock?: () => number;
  readonly port?: number;
  readonly host?: string;
  /** Answers 429 above 7 messages per second and conversation, and above the limits of the longer windows. */
  readonly limits?: boolean;
  /** How long Teams waits for the product's answer, in real milliseconds. */
  readonly answerLimitMs?: number;
  /** Sends again what was not answered in time: once with the same id, once with a new one. */
  readonly redelivers?: boolean;
  /** The folder that holds adaptive-card-1.5.schema.json; without the file, cards are checked by a few rules only. */
  readonly schemas?: string;
};

export type Settings = Required<Omit<TeamsOptions, 'messagesUrl' | 'port' | 'host'>>;

const SCHEMAS = process.env['LATCHKEY_SCHEMAS'] ?? resolve(import.meta.dirname, '../../../shared/schemas');

export function settingsOf(options: TeamsOptions): Settings {
  return {
    botName: 'Latchkey',
    now: Date.now,
    channelClock: Date.now,
    limits: false,
    answerLimitMs: 15_000,
    redelivers: true,
    schemas: SCHEMAS,
    ...options,
  };
}
