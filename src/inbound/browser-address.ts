// Where a browser is, for the provider, which counts codes by it. Known only where a trusted proxy has said it.
import type { FastifyRequest } from 'fastify';

/** Without a proxy in `TRUST_PROXY` the connection's own address is that of a proxy, or of nobody in particular. */
export const browserAddress = ({ ip, ips = [] }: FastifyRequest): string | undefined =>
  ips.length > 1 ? ip : undefined;
