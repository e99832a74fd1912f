// Makes the directory of the tests once for a run: people, service accounts and their rights. Each test file copies it.
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { administrator } from './administrator.ts';
import { freeAddress, grant, provisionDomain, sambaMissing, startIn } from './samba.ts';
import { seedDomain, serviceRights } from './seed.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    readonly domainTemplate: string;
  }
}

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  if (sambaMissing() !== undefined) {
    project.provide('domainTemplate', '');
    return async () => undefined;
  }
  // For whoever runs them again and again: a folder that is made once and kept, until the seed changes and it is deleted.
  const kept = process.env['TEST_DOMAIN_TEMPLATE'];
  if (kept !== undefined && existsSync(kept)) {
    project.provide('domainTemplate', kept);
    return async () => undefined;
  }
  const folder = kept ?? (await mkdtemp(join(tmpdir(), 'dc-template-')));
  const remove = () => rm(folder, { recursive: true, force: true });
  try {
    await provisionDomain(folder);
    const controller = await startIn(folder, await freeAddress(0), async () => undefined);
    const admin = await administrator(controller);
    const sids = await seedDomain(admin).finally(() => admin.close());
    await controller.stop();
    for (const { dn, sddl } of serviceRights(sids)) await grant(folder, dn, sddl);
  } catch (error) {
    await remove();
    throw error;
  }
  project.provide('domainTemplate', folder);
  return kept === undefined ? remove : async () => undefined;
}
