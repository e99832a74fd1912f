// What the emulated Slack is told at its start, with the defaults of a workspace in which the app has just what it needs.

/** The bot scopes that the product asks for. */
const DEFAULT_SCOPES: readonly string[] = [
  'commands',
  'chat:write',
  'im:history',
  'users:read',
  'users:read.email',
  'channels:read',
  'groups:read',
];

export type SlackOptions = {
  readonly signingSecret: string;
  readonly botToken: string;
  readonly teamId: string;
  readonly appId: string;
  readonly botUserId: string;
  /** The product's `POST /slack/events`; may be set later by `control.connect`. */
  readonly eventsUrl?: string;
  /** Epoch milliseconds. Signatures, message timestamps and rate limits follow it; the 3-second limits do not. */
  readonly now?: () => number;
  readonly port?: number;
  readonly host?: string;
  readonly teamName?: string;
  readonly teamDomain?: string;
  readonly enterpriseId?: string;
  readonly botName?: string;
  readonly scopes?: readonly string[];
  /** Fetch the links of buttons too, and those of messages with both unfurl flags off. */
  readonly crawlButtons?: boolean;
  /** Answer 429 over one message a second and channel, and over each method's tier. */
  readonly rateLimits?: boolean;
  /** How long Slack waits for an answer of the product, in real milliseconds. */
  readonly answerLimitMs?: number;
};

export type Settings = Required<Omit<SlackOptions, 'eventsUrl' | 'enterpriseId' | 'port' | 'host'>> & {
  readonly enterpriseId: string | undefined;
};

export function settingsOf(options: SlackOptions): Settings {
  return {
    now: Date.now,
    teamName: 'Acme',
    teamDomain: 'acme',
    botName: 'latchkey',
    scopes: DEFAULT_SCOPES,
    crawlButtons: false,
    rateLimits: false,
    answerLimitMs: 3000,
    ...options,
    enterpriseId: options.enterpriseId,
  };
}
