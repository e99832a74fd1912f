// The REST flow, where the policy has it. Loaded only there.
import type { FastifyPluginAsync } from 'fastify';
import { copy } from '../bot/copy/language.ts';
import type { Config } from '../config/config.ts';
import type { Policy } from '../config/policy/policy-file.ts';
import type { Clock } from '../flows/ports.ts';
import { deriveKeys } from '../signing-keys.ts';
import type { Core } from './core.ts';

interface RestRoutesParts {
  readonly config: Config;
  readonly policy: Policy;
  readonly core: Core;
  readonly clock: Clock;
}

export async function restRoutes({ config, policy, core, clock }: RestRoutesParts): Promise<FastifyPluginAsync[]> {
  const { engine, requests, links, selfService } = core;
  if (!policy.rest.enabled || selfService === undefined) return [];
  const { createRest } = await import('../adapters/rest/rest.ts');
  const { flowSeconds, approvalSeconds, linkSeconds } = policy.limits;
  const rest = createRest({
    ...{ access: selfService.access, requests, passwords: engine.links, links, clock },
    proof: policy.selfService.proof,
    // A client may still ask how its request has ended.
    seconds: { before: flowSeconds, after: 2 * flowSeconds + approvalSeconds + linkSeconds },
    cookieKeys: deriveKeys(config.secretKeys, 'rest-cookie'),
    publicUrl: config.publicUrl,
    words: copy.rest,
  });
  return [rest];
}
