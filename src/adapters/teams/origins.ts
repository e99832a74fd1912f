// Which addresses may be a Bot Connector. Without this check botbuilder would send the bot's token to any address that an activity names.
import { withoutEnd } from '../../text/bounded-text.ts';

/** Microsoft's public cloud. Source: learn.microsoft.com, send-proactive-messages. */
const publicCloud: readonly string[] = ['https://smba.trafficmanager.net'];

export interface Origins {
  /** Also false for what is not a URL. */
  isAllowed(url: unknown): url is string;
  /** The addresses to try, in this order, while no activity has named the one that serves this company. */
  readonly fallbackServiceUrls: readonly string[];
}

export function createOrigins(serviceUrls: readonly string[] = publicCloud): Origins {
  const configured = (serviceUrls.length === 0 ? publicCloud : serviceUrls).map((url) => new URL(url));
  const allowed = new Set(configured.map(({ origin }) => origin));
  return {
    isAllowed: (url): url is string => {
      if (typeof url !== 'string' || url === '' || url.length > 512 || !URL.canParse(url)) return false;
      const { protocol, origin, username, password } = new URL(url);
      // The protocol is checked too, because the origin of `blob:https://…` is that of the URL inside it.
      return /^https?:$/.test(protocol) && allowed.has(origin) && username === '' && password === '';
    },
    fallbackServiceUrls: [...new Set(configured.slice(0, 1).flatMap(servicesAt))],
  };
}

/** `/teams/` is Microsoft's path for bots that write first. If the operator configured a path, only that one is used. */
function servicesAt({ origin, pathname }: URL): readonly string[] {
  return pathname === '/' ? [`${origin}/teams/`, `${origin}/`] : [`${origin}${withoutEnd(pathname, '/')}/`];
}
