// The reference of the policy file and the example of one, both made from the schema: `latchkey help policy`, docs/policy.md and
// policy.example.yaml.
import { z } from 'zod';
import { parsePolicy } from './policy-file.ts';
import { keyName, laterKeys, policySchema } from './schema.ts';

/** A key of the file. `path` as in the reference: `rules[].reset.approvals`. A leaf has a form, a default and an example. */
export interface PolicyKey {
  readonly path: string;
  readonly depth: number;
  readonly means: string;
  readonly leaf?: { readonly form: string; readonly default: string; readonly example: string };
}

/** All keys in the order of the schema, each before those in it. */
export const policyKeys = (): readonly PolicyKey[] => keysIn(policySchema, []);

const builtIn: unknown = parsePolicy('', 'built-in');

function keysIn(schema: z.ZodObject, above: readonly (string | number)[]): PolicyKey[] {
  return Object.entries(schema.shape).flatMap(([name, outer]: [string, unknown]) => {
    const path = [...above, name];
    const meta = outer instanceof z.ZodType ? (outer.meta() ?? {}) : {};
    const inner = outer instanceof z.ZodExactOptional ? outer.unwrap() : outer;
    const key = { path: keyName(path), depth: above.length, means: String(meta['means']) };
    if (inner instanceof z.ZodObject) return [key, ...keysIn(inner, path)];
    if (inner instanceof z.ZodArray && inner.element instanceof z.ZodObject)
      return [key, ...keysIn(inner.element, [...path, 0])];
    const standard = valueAt(builtIn, path);
    const shown = String(meta['default'] ?? standard);
    const leaf = {
      form: String(meta['form'] ?? formOf(inner)),
      default: shown,
      example: String(meta['example'] ?? shown),
    };
    return [{ ...key, leaf }];
  });
}

const valueAt = (value: unknown, path: readonly (string | number)[]): unknown =>
  path.reduce((found, step) => Object.entries(found ?? {}).find(([name]) => name === step)?.[1], value);

function formOf(schema: unknown): string | undefined {
  if (schema instanceof z.ZodNumber) return `whole number from ${schema.minValue} to ${schema.maxValue}`;
  if (schema instanceof z.ZodEnum) return schema.options.map((word) => `\`${word}\``).join(' or ');
  return schema instanceof z.ZodBoolean ? '`true` or `false`' : undefined;
}

const beginning = `# The policy

The policy says whose accounts Latchkey recovers, what a request needs, and who decides. It is the YAML file that \`POLICY_FILE\` names, or \`policy.yaml\` in the folder where Latchkey is started. Every key may be left out; then its default holds. An unknown key or a wrong value stops the start, and the message names the file, the line and the nearest known key. \`policy.example.yaml\` has every key, ready to be changed.

\`npm run latchkey -- help policy\` prints this page.`;

/** The text of `latchkey help policy`, Markdown. */
export function describePolicy(): string {
  const parts = policyKeys().map(({ path, depth, means, leaf }) => {
    const lines =
      leaf === undefined
        ? []
        : ['', `- Value: ${leaf.form}`, `- Default: ${leaf.default}`, `- Example: \`${leaf.example}\``];
    return [`${depth === 0 ? '##' : '###'} \`${path}\``, '', means, ...lines].join('\n');
  });
  const later = laterKeys.map((key) => `\`${key}\``).join(', ');
  return [
    beginning,
    ...parts,
    `## Not part of this release\n\nA file that has one of these keys is refused, so that nobody believes it is in force: ${later}.`,
  ].join('\n\n');
}

const exampleBeginning = `## An example of a policy: every key. Copy it to policy.yaml, and remove the # in front of what you change.
## Two # explain; one # stands before a key, with its default or an example.
## All about it: docs/policy.md, or npm run latchkey -- help policy`;

/** The text of policy.example.yaml. Everything in it is a comment, so it means the built-in policy as it stands. */
export function examplePolicy(): string {
  const lines = policyKeys().flatMap(({ path, depth, means, leaf }) => {
    const steps = path.split('.');
    const isFirstInItem = firstOfItems.includes(path);
    const inList = path.includes('[].') ? 1 : 0;
    const indent = '  '.repeat(steps.length - 1 + inList - (isFirstInItem ? 1 : 0));
    const name = `${indent}${isFirstInItem ? '- ' : ''}${steps.at(-1)?.replace('[]', '')}:`;
    const about = leaf === undefined ? [] : [`## ${indent}Value: ${leaf.form}. Default: ${leaf.default}.`];
    return [
      ...(depth === 0 ? [''] : []),
      `## ${indent}${means}`,
      ...about,
      `#${name}${leaf === undefined ? '' : ` ${leaf.example}`}`,
    ];
  });
  return [exampleBeginning, ...lines, ''].join('\n');
}

const firstOfItems = ['rules[].when', 'directories[].connection'];
