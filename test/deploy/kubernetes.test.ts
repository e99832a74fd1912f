// The Kubernetes manifest: valid by the models of its API, no key that the API does not know, and the hardening.
import { validate as deployment } from 'kubernetes-models/_schemas/IoK8sApiAppsV1Deployment';
import { validate as namespace } from 'kubernetes-models/_schemas/IoK8sApiCoreV1Namespace';
import { validate as service } from 'kubernetes-models/_schemas/IoK8sApiCoreV1Service';
import { validate as serviceAccount } from 'kubernetes-models/_schemas/IoK8sApiCoreV1ServiceAccount';
import { validate as ingress } from 'kubernetes-models/_schemas/IoK8sApiNetworkingV1Ingress';
import { validate as networkPolicy } from 'kubernetes-models/_schemas/IoK8sApiNetworkingV1NetworkPolicy';
import { validate as disruption } from 'kubernetes-models/_schemas/IoK8sApiPolicyV1PodDisruptionBudget';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { settings } from '../../src/config/variables.ts';
import { documentsIn, read } from './files.ts';

interface Validate {
  (data: unknown): boolean;
  errors?: unknown;
}
const validators: Readonly<Record<string, Validate>> = {
  'v1 Namespace': namespace,
  'v1 ServiceAccount': serviceAccount,
  'v1 Service': service,
  'apps/v1 Deployment': deployment,
  'policy/v1 PodDisruptionBudget': disruption,
  'networking.k8s.io/v1 Ingress': ingress,
  'networking.k8s.io/v1 NetworkPolicy': networkPolicy,
};
const head = z.looseObject({ apiVersion: z.string(), kind: z.string() });
const documents = documentsIn('deploy/kubernetes/latchkey.yaml').map((one) => head.parse(one));
const named = ({ apiVersion, kind }: z.infer<typeof head>): string => `${apiVersion} ${kind}`;

/** The validators read each key that the API knows and no other: so what was never read is misspelt. */
function unreadKeys(data: unknown, check: (watched: unknown) => void): readonly string[] {
  const unread = new Set<string>();
  const watch = (value: unknown, place: string): unknown => {
    if (typeof value !== 'object' || value === null) return value;
    const children = new Map(Object.entries(value).map(([key, child]) => [key, watch(child, `${place}/${key}`)]));
    if (!Array.isArray(value)) for (const key of children.keys()) unread.add(`${place}/${key}`);
    return new Proxy(value, {
      get(target, key, receiver): unknown {
        if (typeof key !== 'string' || !children.has(key)) return Reflect.get(target, key, receiver);
        unread.delete(`${place}/${key}`);
        return children.get(key);
      },
    });
  };
  check(watch(data, ''));
  return [...unread];
}

describe.each(documents.map((one) => [named(one), one] as const))('%s', (name, document) => {
  it('is valid, and every key of it is known', () => {
    const validate = validators[name];
    expect(validate).toBeDefined();
    validate?.(document);
    expect(validate?.errors ?? []).toEqual([]);
    expect(unreadKeys(document, (watched) => void validate?.(watched))).toEqual([]);
  });
});

it('a misspelt key would be found, at any depth', () => {
  const planted = { spec: { template: { spec: { containers: [{ name: 'a', livenesProbe: {} }] } } } };
  expect(unreadKeys(planted, (watched) => void deployment(watched))).toEqual([
    '/spec/template/spec/containers/0/livenesProbe',
  ]);
});

const probe = z.object({ httpGet: z.object({ path: z.string(), port: z.string() }) });
const { spec } = z
  .object({
    spec: z.looseObject({
      replicas: z.number(),
      template: z.object({
        spec: z.looseObject({
          terminationGracePeriodSeconds: z.number(),
          securityContext: z.looseObject({ runAsUser: z.number() }),
          containers: z.array(
            z.looseObject({
              env: z.array(z.looseObject({ name: z.string() })),
              startupProbe: probe,
              livenessProbe: probe,
              readinessProbe: probe,
              lifecycle: z.object({ preStop: z.object({ sleep: z.object({ seconds: z.number() }) }) }),
            }),
          ),
        }),
      }),
    }),
  })
  .parse(documents.find(({ kind }) => kind === 'Deployment'));
const pod = spec.template.spec;

it('each container is as the standard "restricted" demands, and cannot write its code', () => {
  expect(pod).toMatchObject({
    automountServiceAccountToken: false,
    securityContext: { runAsNonRoot: true, runAsUser: 10001, seccompProfile: { type: 'RuntimeDefault' } },
  });
  for (const container of pod.containers)
    expect(container['securityContext']).toEqual({
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    });
});

it('is restarted when it does not answer, left out when it cannot work, and has time to stop', () => {
  expect(pod.containers).toHaveLength(1);
  for (const { startupProbe, livenessProbe, readinessProbe, lifecycle } of pod.containers) {
    expect(startupProbe.httpGet.path).toBe('/healthz');
    expect(livenessProbe.httpGet.path).toBe('/healthz');
    expect(readinessProbe.httpGet.path).toBe('/readyz');
    // Eight seconds to stop, and some to spare.
    expect(pod.terminationGracePeriodSeconds).toBeGreaterThanOrEqual(lifecycle.preStop.sleep.seconds + 8 + 5);
  }
});

it('sets only what is a setting', () => {
  const known = Object.keys(settings(true).shape);
  expect(
    pod.containers.flatMap(({ env }) => env.map(({ name }) => name)).filter((one) => !known.includes(one)),
  ).toEqual([]);
});

it('starts no pod without the database that both share', () => {
  expect(pod.containers.map(({ env }) => env.find(({ name }) => name === 'DATABASE_URL'))).toEqual([
    { name: 'DATABASE_URL', valueFrom: { secretKeyRef: { name: 'latchkey', key: 'DATABASE_URL' } } },
  ]);
});

it('selects its own pods everywhere, and holds no secret', () => {
  const labels = { 'app.kubernetes.io/name': 'latchkey' };
  expect(documents.find(({ kind }) => kind === 'Service')).toMatchObject({ spec: { selector: labels } });
  for (const kind of ['PodDisruptionBudget', 'Deployment'])
    expect(documents.find((one) => one.kind === kind)).toMatchObject({ spec: { selector: { matchLabels: labels } } });
  expect(documents.find(({ kind }) => kind === 'NetworkPolicy')).toMatchObject({
    spec: { podSelector: { matchLabels: labels }, policyTypes: ['Ingress', 'Egress'] },
  });
  expect(documents.map(({ kind }) => kind)).not.toContain('Secret');
});

it('the outside reaches what it calls, and not what is for the operator', () => {
  const { spec: rules } = z
    .object({
      spec: z.looseObject({
        rules: z.array(
          z.looseObject({
            http: z.object({ paths: z.array(z.looseObject({ path: z.string(), pathType: z.string() })) }),
          }),
        ),
      }),
    })
    .parse(documents.find(({ kind }) => kind === 'Ingress'));
  const paths = rules.rules.flatMap(({ http }) => http.paths.map(({ path, pathType }) => `${path} ${pathType}`));
  expect(paths.toSorted()).toEqual([
    '/ Exact',
    '/api/messages Exact',
    '/enrol Prefix',
    '/go Prefix',
    '/hooks/auth0 Exact',
    '/recover Prefix',
    '/rest Prefix',
    '/slack/events Exact',
  ]);
});

it('is found by Prometheus as operating.md sets it up', () => {
  const block = /```yaml\n( {2}- job_name: latchkey\n[\s\S]*?)```/.exec(read('docs/operating.md'))?.[1] ?? '';
  const [job] = z
    .tuple([
      z.object({
        job_name: z.literal('latchkey'),
        kubernetes_sd_configs: z.tuple([
          z.object({ role: z.literal('pod'), namespaces: z.object({ names: z.tuple([z.literal('latchkey')]) }) }),
        ]),
        relabel_configs: z.array(z.looseObject({ source_labels: z.array(z.string()) })),
      }),
    ])
    .parse(parse(block));
  const kept = job.relabel_configs.filter(({ action }) => action === 'keep').map(({ regex }) => regex);
  expect(kept).toEqual(['latchkey', 'http']);
  expect(JSON.stringify(documents)).toContain('"labels":{"app.kubernetes.io/name":"latchkey"}');
  expect(JSON.stringify(documents)).toContain('"ports":[{"name":"http","containerPort":3000}]');
});

it('its first lines create every object that it names and does not hold', () => {
  const opening = read('deploy/kubernetes/latchkey.yaml').split('apiVersion')[0] ?? '';
  const named = JSON.stringify(documents);
  expect(named).toContain('"secretRef":{"name":"latchkey"}');
  expect(opening).toContain('create secret generic latchkey ');
  expect(named).toContain('"configMap":{"name":"latchkey-policy"}');
  expect(opening).toContain('create configmap latchkey-policy ');
  expect(named).toContain('"secretName":"latchkey-tls"');
  expect(opening).toContain('create secret tls latchkey-tls ');
});
