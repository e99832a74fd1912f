// How all calls to Auth0, Slack and Teams are connected: through the operator's proxy where one is set, and over
// connections that stay open while a person reads and types.
// `undici`, because Node.js' own fetch takes neither from the environment nor from code without it.
import { EnvHttpProxyAgent, setGlobalDispatcher } from 'undici';

/**
 * How long an unused connection stays open: the time that people take to read a message and type a code. Node.js closes
 * it after four seconds, so that almost every step begins with a new TLS handshake. Shorter than the 60 seconds after
 * which common load balancers close theirs: a connection must not be reused while the other side closes it. A server's
 * own hint (`Keep-Alive: timeout=…`) is kept to.
 */
const unusedMs = 50_000;

/**
 * The proxy comes from `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY`, or the same in lower case. Call it once, before the
 * first request. Throws if a proxy's address is not a URL.
 */
export function useProxyAndKeepConnections(): void {
  setGlobalDispatcher(new EnvHttpProxyAgent({ keepAliveTimeout: unusedMs, keepAliveMaxTimeout: unusedMs }));
}
