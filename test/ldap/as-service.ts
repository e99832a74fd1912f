// What the service account could do by itself, without the product in between.
import { readFile } from 'node:fs/promises';
import { Attribute, Change, Client } from 'ldapts';
import type { Domain } from './domain.ts';
import { host } from './samba.ts';
import { serviceDn, servicePassword } from './seed.ts';

interface ServiceClient {
  replace(dn: string, attribute: string, value: Buffer): Promise<void>;
}

export async function asService<T>({ samba }: Domain, work: (service: ServiceClient) => Promise<T>): Promise<T> {
  const ca = await readFile(samba.caFile);
  const client = new Client({ url: `ldaps://${samba.address}`, timeout: 15_000, tlsOptions: { ca, servername: host } });
  await client.bind(serviceDn('exact'), servicePassword);
  try {
    return await work({
      replace: (dn, type, value) =>
        client.modify(dn, new Change({ operation: 'replace', modification: new Attribute({ type, values: [value] }) })),
    });
  } finally {
    await client.unbind();
  }
}
