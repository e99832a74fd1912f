// Liquid as far as the tenant's page for a new password may use it: an output with the filters `escape` and `default`. Anything else,
// and every field that Auth0 does not document for that page, is a fault here; Auth0 itself would leave it empty.

/** Undefined: the tenant has none. */
type LiquidFields = Readonly<Record<string, unknown>>;

const output = /\{\{-?([\s\S]*?)-?\}\}/g;
const filters = /^(escape)$|^(default):\s*([\w.]+)$/;

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&#34;',
  "'": '&#39;',
};

/** Throws where the text is not of this subset. `fields`: by their whole name, like `tenant.name`. */
export function renderLiquid(text: string, fields: LiquidFields): string {
  const shown = text.replaceAll(output, (_all, inside: string) => written(inside, fields));
  if (text.replaceAll(output, '').match(/\{\{|\{%/)) throw new Error('a tag of Liquid that is not known here');
  return shown;
}

function written(inside: string, fields: LiquidFields): string {
  const [name = '', ...steps] = inside.split('|').map((step) => step.trim());
  return asText(steps.reduce((value: unknown, step) => filtered(value, step, fields), lookedUp(name, fields)));
}

function lookedUp(name: string, fields: LiquidFields): unknown {
  if (!Object.hasOwn(fields, name)) throw new Error(`Auth0 does not document the field ${name}`);
  return fields[name];
}

function filtered(value: unknown, step: string, fields: LiquidFields): unknown {
  const [, escaping, fallback, name = ''] = filters.exec(step) ?? [];
  if (escaping !== undefined) return asText(value).replaceAll(/[&<>"']/g, (character) => entities[character] ?? '');
  if (fallback === undefined) throw new Error(`a filter that is not known here: ${step}`);
  return value === undefined || value === '' ? lookedUp(name, fields) : value;
}

/** As Liquid writes it: of an object no more than that it is one. */
const asText = (value: unknown): string => (value === undefined || value === null ? '' : String(value));
