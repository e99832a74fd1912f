// What the operator's doctor looks at where people type a name: that the pages are reached, and that people are told apart.
import type { Check, Finding } from '../doctor/check.ts';
import { askOwn, noAnswer, type OwnAddress } from '../doctor/own-address.ts';
import { answerHeader, createQuestion, type ProofKeys, questionHeader } from './self-proof.ts';

export interface RecoveryDiagnosis {
  readonly own: OwnAddress;
  readonly keys: ProofKeys;
  /** Whether the pages under /recover are on. */
  readonly hasPages: boolean;
  readonly trustProxy: readonly string[];
}

export const createRecoveryChecks = (parts: RecoveryDiagnosis): readonly Check[] => [
  { name: 'recover.proxy', run: async () => [proxy(parts)] },
  ...(parts.hasPages ? [{ name: 'recover.address', run: async () => [await address(parts)] }] : []),
];

function proxy({ own, trustProxy }: RecoveryDiagnosis): Finding {
  const check = 'recover.proxy';
  // This server speaks no TLS itself, so an https address has a proxy before it.
  if (!own.publicUrl.startsWith('https:'))
    return { check, state: 'skipped', what: 'PUBLIC_URL is not https, so there may be no proxy.' };
  if (trustProxy.length > 0)
    return {
      check,
      state: 'ok',
      what: 'TRUST_PROXY is set, so people who type a name are told apart by their address.',
    };
  return {
    ...{ check, state: 'warning' },
    what: 'TRUST_PROXY is not set, so everybody who types a name counts as one address, and shares one limit.',
    remedy: 'Set TRUST_PROXY to the address or network of your reverse proxy.',
  };
}

async function address({ own, keys }: RecoveryDiagnosis): Promise<Finding> {
  const check = 'recover.address';
  const question = createQuestion(keys);
  const asked = await askOwn(own, '/recover', { headers: { [questionHeader]: question.asked } });
  const silence = await noAnswer(check, own, asked);
  if (silence !== undefined || asked.kind === 'unanswered')
    return silence ?? { check, state: 'skipped', what: 'Nobody answers.' };
  const { status, headers } = asked.response;
  if (status === 200 && question.isAnsweredBy(headers.get(answerHeader)))
    return { check, state: 'ok', what: `People who cannot reach the chat find the page at ${own.publicUrl}/recover.` };
  return {
    ...{ check, state: 'failed' },
    what: `${own.publicUrl}/recover does not lead to the page for people who cannot reach the chat (status ${status}).`,
    remedy: 'Let the proxy forward /recover and everything below it, as it forwards /go and /enrol.',
  };
}
