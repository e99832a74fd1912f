// A real domain controller and the real process, with a proxy between them that kills the process around one request.
import { type ProcessHarness, startProcessHarness } from '../../kill/process-harness.ts';
import type { Operation } from '../ber.ts';
import { type Domain, startDomain } from '../domain.ts';
import { type FaultyProxy, startProxy } from '../proxy.ts';
import { people, serviceDn, servicePassword } from '../seed.ts';

export interface Killable {
  readonly domain: Domain;
  readonly proxy: FaultyProxy;
  readonly harness: ProcessHarness;
  end(): Promise<void>;
}

/** One request to the directory: how many come before it, and whether the process dies before it arrives or after it was carried out. */
export interface Point {
  readonly skip: number;
  readonly when: 'before' | 'after';
}

/** `number`: as for `startDomain`. */
export async function startKillable(number: number): Promise<Killable> {
  const domain = await startDomain(number, 'its-address');
  const proxy = await startProxy(domain.samba);
  const policy = `connections: [CorpUsers, CorpAD]
directories:
  - connection: CorpAD
    urls: ["ldaps://${domain.samba.host}:${proxy.port}"]
    baseDn: "${people}"
    bindDn: "${serviceDn('exact')}"
    caFile: "${domain.samba.caFile}"
`;
  const harness = await startProcessHarness({ directory: { policy, password: servicePassword } });
  const end = async (): Promise<void> => {
    await harness.end();
    await proxy.close();
    await domain.stop();
  };
  await harness.up();
  return { domain, proxy, harness, end };
}

export const write: Operation = 'modifyRequest';

/** Before each of these requests, and after each. */
export const pointsOf = (requests: readonly Operation[]): readonly Point[] =>
  requests.flatMap((_request, skip): readonly Point[] => [
    { skip, when: 'before' },
    { skip, when: 'after' },
  ]);
