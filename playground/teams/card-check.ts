// Checks every Adaptive Card that the bot shows and records what is wrong with it. No card is refused because of it.
// With Microsoft's schema every element is checked; without the schema, only the rules that Teams itself enforces.
import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { isRecord, type Json, textOf } from '../json.ts';
import { inputsIn } from './cards.ts';
import { mentionProblems } from './notifications.ts';
import type { Settings } from './settings.ts';
import { ADAPTIVE_CARD } from './world.ts';

export type CardProblem = {
  /** The conversation; for a card in an answer, the name of the request that was answered. */
  readonly where: string;
  readonly problem: string;
};
export type CardCheck = {
  readonly problems: readonly CardProblem[];
  check(attachments: readonly Json[], where: string): Promise<void>;
  checkCard(card: unknown, where: string): Promise<void>;
};

export function createCardCheck({ schemas }: Settings): CardCheck {
  const problems: CardProblem[] = [];
  const file = resolve(schemas, 'adaptive-card-1.5.schema.json');
  const checkCard = async (card: unknown, where: string): Promise<void> => {
    const bySchema = existsSync(file) ? await (await validatorOf(file))(card) : [];
    for (const problem of [...ruleProblems(card), ...bySchema]) problems.push({ where, problem });
  };
  return {
    problems,
    checkCard,
    async check(attachments, where) {
      for (const { contentType, content } of attachments) {
        if (contentType === ADAPTIVE_CARD) await checkCard(content, where);
      }
    },
  };
}

const NEWEST = 1.5;

function ruleProblems(card: unknown): readonly string[] {
  if (!isRecord(card)) return ['a card must be an object'];
  const version = textOf(card['version']) ?? '';
  const ids = inputsIn(card).map((input) => input.id);
  const twice = ids.filter((id, index) => ids.indexOf(id) !== index);
  return [
    ...(card['type'] === 'AdaptiveCard' ? [] : ['type must be AdaptiveCard']),
    ...(/^1\.\d$/.test(version) && Number(version) <= NEWEST ? [] : [`version must be 1.5 at most, not "${version}"`]),
    ...(ids.includes('') ? ['an input without an id'] : []),
    ...mentionProblems(card),
    ...twice.map((id) => `two inputs are called ${id}`),
  ];
}

type Validate = (card: unknown) => readonly string[];
const validators = new Map<string, Promise<Validate>>();

/** Loaded with the first card: ajv is there for the tests, and without it the playground starts faster. */
function validatorOf(file: string): Promise<Validate> {
  const validator = validators.get(file) ?? compile(file);
  validators.set(file, validator);
  return validator;
}

const SHOWN_ERRORS = 6;

async function compile(file: string): Promise<Validate> {
  const [{ Ajv }, formats, { default: draft06 }] = await Promise.all([
    import('ajv'),
    import('ajv-formats'),
    import('ajv/dist/refs/json-schema-draft-06.json', { with: { type: 'json' } }),
  ]);
  const ajv = new Ajv({ strict: false, allErrors: true, logger: false });
  formats.default.default(ajv);
  ajv.addMetaSchema(draft06);
  // Its `id` is a draft-04 keyword, which ajv refuses.
  const { id: _id, ...schema } = JSON.parse(readFileSync(file, 'utf8'));
  const validate = ajv.compile(schema);
  return (card) => {
    if (validate(withoutTeamsPart(card))) return [];
    const errors = (validate.errors ?? []).filter(({ keyword }) => keyword !== 'anyOf' && keyword !== 'allOf');
    const problems = errors.map(
      ({ instancePath, message, params }) => `${instancePath} ${message} ${JSON.stringify(params)}`,
    );
    return [...new Set(problems)].slice(0, SHOWN_ERRORS);
  };
}

/** Removes Teams' own properties at the root, such as full width: the schema does not know them. */
function withoutTeamsPart(card: unknown): unknown {
  if (!isRecord(card)) return card;
  const { msteams: _msteams, ...rest } = card;
  return rest;
}
