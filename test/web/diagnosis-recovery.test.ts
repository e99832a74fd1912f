// What the doctor says where people type a name.
import { randomBytes } from 'node:crypto';
import { afterEach, describe, expect, it } from 'vitest';
import type { Finding } from '../../src/doctor/check.ts';
import { createSigningKeys } from '../../src/signing-keys.ts';
import { createRecoveryChecks } from '../../src/web/diagnosis-recovery.ts';
import { serveRecovery } from './recovery-browser.ts';
import { createStandIn } from './stand-in.ts';

const keys = createSigningKeys([randomBytes(32)]);
const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

async function findings(publicUrl: string, trustProxy: readonly string[] = [], hasPages = true): Promise<Finding[]> {
  const own = { publicUrl, isServing: async () => true };
  const checks = createRecoveryChecks({ own, keys, hasPages, trustProxy });
  return (await Promise.all(checks.map((check) => check.run()))).flat();
}

describe('The doctor, where people type a name,', () => {
  it('is content where /recover is this installation’s', async () => {
    const served = await serveRecovery(undefined, keys);
    closers.push(served.close);
    expect(await findings(served.origin)).toMatchObject([
      { check: 'recover.proxy', state: 'skipped' },
      { check: 'recover.address', state: 'ok' },
    ]);
  });

  it('says that /recover leads nowhere', async () => {
    const { server } = await createStandIn({ proofKeys: keys });
    closers.push(() => server.close());
    const url = await server.listen({ host: '127.0.0.1', port: 0 });
    expect(await findings(url)).toMatchObject([
      {},
      { check: 'recover.address', state: 'failed', what: expect.stringContaining('(status 404)') },
    ]);
  });

  it('says that /recover is somebody else’s', async () => {
    const served = await serveRecovery(undefined, createSigningKeys([randomBytes(32)]));
    closers.push(served.close);
    expect(await findings(served.origin)).toMatchObject([{}, { state: 'failed' }]);
  });

  it.each([
    [[], 'warning'],
    [['10.0.0.1'], 'ok'],
  ] as const)('warns where everybody counts as one address: TRUST_PROXY %j', async (trustProxy, state) => {
    expect(await findings('https://latchkey.example.com', trustProxy, false)).toMatchObject([
      { check: 'recover.proxy', state },
    ]);
  });
});
