// Which addresses may be a Bot Connector. botbuilder sends the bot's own token to whatever address an activity names.
import { withoutEnd } from '../../text/bounded-text.ts';

/** Microsoft's public cloud. Source: learn.microsoft.com, send-proactive-messages. */
const publicCloud: readonly string[] = ['https://smba.trafficmanager.net'];

export interface Origins {
  /** Also whether it is an address at all. */
  isAllowed(url: unknown): url is string;
  /** Where to try, one after the other, while nobody has told which service looks after this company. */
  readonly fallbackServiceUrls: readonly string[];
}

export function createOrigins(serviceUrls: readonly string[] = publicCloud): Origins {
  const configured = (serviceUrls.length === 0 ? publicCloud : serviceUrls).map((url) => new URL(url));
  const allowed = new Set(configured.map(({ origin }) => origin));
  return {
    isAllowed: (url): url is string => {
      if (typeof url !== 'string' || url === '' || url.length > 512 || !URL.canParse(url)) return false;
      const { protocol, origin, username, password } = new URL(url);
      // The origin of `blob:https://…` is that of the address inside it.
      return /^https?:$/.test(protocol) && allowed.has(origin) && username === '' && password === '';
    },
    fallbackServiceUrls: [...new Set(configured.slice(0, 1).flatMap(servicesAt))],
  };
}

/** The path for everybody is Microsoft's own for bots that write first; another one where the operator named it. */
function servicesAt({ origin, pathname }: URL): readonly string[] {
  return pathname === '/' ? [`${origin}/teams/`, `${origin}/`] : [`${origin}${withoutEnd(pathname, '/')}/`];
}
