// The options of the emulated Slack, with defaults for a workspace in which the app has exactly the scopes it needs.

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
  /** In epoch milliseconds. Signatures, message timestamps and rate limits follow it; the 3-second limits do not. */
  readonly now?: () => number;
  readonly port?: number;
  readonly host?: string;
  readonly teamName?: string;
  readonly teamDomain?: string;
  readonly enterpriseId?: string;
  readonly botName?: string;
  readonly scopes?: readonly string[];
  /** Also fetches the links of buttons, and those of messages with both unfurl flags off. */
  readonly crawlButtons?: boolean;
  /** Answers 429 above one message per second and channel, and above each method's tier. */
  readonly rateLimits?: boolean;
  /** How long Slack waits for the product's answer, in real milliseconds. */
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
