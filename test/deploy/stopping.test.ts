// Whoever starts the server gives it the time that it needs to stop, whichever file they start it with.
import { expect, it } from 'vitest';
import { z } from 'zod';
import {
  answeredWithinMs,
  finishedWithinMs,
  leavingMs,
  orderedWithinMs,
  stopWithinMs,
} from '../../src/concurrency/stop-times.ts';
import { documentsIn, read } from './files.ts';

/** The process says why it ends so, and a busy machine is slow. */
const spareSeconds = 2;
const neededSeconds = stopWithinMs / 1_000 + spareSeconds;
const first = (path: string, pattern: RegExp): number => Number(pattern.exec(read(path))?.[1]);

it.each([
  ['systemd', () => first('deploy/systemd/latchkey.service', /^TimeoutStopSec=(\d+)$/m)],
  ['compose', () => first('deploy/container/compose.yaml', /init: true[\s\S]*?stop_grace_period: (\d+)s/)],
  ['docker run, as operating.md says', () => first('docs/operating.md', /docker run .*\n.*--stop-timeout (\d+) /)],
  ['Kubernetes, after its preStop', () => kubernetes.terminationGracePeriodSeconds - kubernetes.preStopSeconds],
  ['whatever installing.md has people write', () => first('docs/installing.md', /Allow (\d+) seconds before killing/)],
])('%s waits for longer than a stop may take', (_, waitsSeconds) => {
  expect(waitsSeconds()).toBeGreaterThanOrEqual(neededSeconds);
});

it('a stop has time left after it has told the load balancer', () => {
  expect(stopWithinMs - leavingMs).toBeGreaterThanOrEqual(5_000);
});

it('each limit of a stop ends with room before the one around it', () => {
  const fromWithin = [orderedWithinMs, answeredWithinMs, finishedWithinMs, stopWithinMs - leavingMs];
  for (const [nth, limit] of fromWithin.entries())
    expect(limit).toBeGreaterThanOrEqual((fromWithin[nth - 1] ?? 1_500) + 500);
});

it('the main process gets the signal: no shell stands in front of it', () => {
  expect(read('deploy/container/Containerfile')).toMatch(/^ENTRYPOINT \["\/app\/node_modules\/\.bin\/node"/m);
  expect(read('deploy/container/Containerfile')).toMatch(/^STOPSIGNAL SIGTERM$/m);
  expect(read('deploy/systemd/latchkey.service')).toMatch(/^ExecStart=\/opt\/latchkey\/node_modules\/\.bin\/node /m);
});

it.each([
  'docs/operating.md',
  'docs/installing.md',
  'RUNBOOK.md',
  'deploy/systemd/latchkey.service',
  'deploy/container/compose.yaml',
])('%s names the time that a stop may take', (path) => {
  expect(stopWithinMs).toBe(8_000);
  expect(read(path)).toMatch(/within eight\s+seconds/);
});

const deployment = z
  .object({
    spec: z.object({
      template: z.object({
        spec: z.object({
          terminationGracePeriodSeconds: z.number(),
          containers: z.tuple([
            z.object({ lifecycle: z.object({ preStop: z.object({ sleep: z.object({ seconds: z.number() }) }) }) }),
          ]),
        }),
      }),
    }),
  })
  .parse(documentsIn('deploy/kubernetes/latchkey.yaml').find((one) => JSON.stringify(one).includes('"Deployment"')));
const { terminationGracePeriodSeconds, containers } = deployment.spec.template.spec;
const kubernetes = { terminationGracePeriodSeconds, preStopSeconds: containers[0].lifecycle.preStop.sleep.seconds };
