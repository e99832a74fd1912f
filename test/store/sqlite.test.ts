import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe } from 'vitest';
import { rollingDeployContract } from './rolling-deploy-contract.ts';
import { storeContract } from './store-contract.ts';

const folder = mkdtempSync(join(tmpdir(), 'latchkey-sqlite-'));
let made = 0;
afterAll(() => rm(folder, { recursive: true, force: true }));

const emptyDatabase = async () => {
  made += 1;
  return `sqlite:${join(folder, 'made-when-missing', `${made}.db`)}`;
};
storeContract('an SQLite file', emptyDatabase);
describe('a rolling deploy on an SQLite file', () => rollingDeployContract(emptyDatabase));
