// Examples of a stored schema: each variant, each word of an enum, with and without optional parts. Generated from the
// schema, so that none is forgotten.

/** The part of JSON Schema that zod generates for our schemas. */
export interface Shape {
  readonly oneOf?: readonly Shape[];
  readonly anyOf?: readonly Shape[];
  readonly type?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly maxLength?: number;
  readonly items?: Shape;
  readonly properties?: Readonly<Record<string, Shape>>;
  readonly required?: readonly string[];
}

/** Every example differs from another one in one detail. */
export function examplesOf(shape: Shape, name = 'value'): readonly unknown[] {
  const variants = shape.oneOf ?? shape.anyOf;
  if (variants !== undefined) return variants.flatMap((variant) => examplesOf(variant, name));
  if (shape.const !== undefined) return [shape.const];
  if (shape.enum !== undefined) return shape.enum;
  switch (shape.type) {
    case 'string':
      return [`a ${name}`.slice(0, shape.maxLength)];
    case 'integer':
    case 'number':
      return [1_800_000_000_000];
    case 'boolean':
      return [true, false];
    case 'array':
      return [[], examplesOf(shape.items ?? {}, name)];
    case 'object':
      return objectsOf(shape);
    default:
      throw new Error(`no example of ${name} is known: ${JSON.stringify(shape)}`);
  }
}

function objectsOf({ properties = {}, required = [] }: Shape): readonly unknown[] {
  const all = Object.entries(properties).map(([name, shape]) => ({ name, examples: examplesOf(shape, name) }));
  const first = (names: readonly string[]) =>
    Object.fromEntries(all.filter(({ name }) => names.includes(name)).map(({ name, examples }) => [name, examples[0]]));
  const whole = first(all.map(({ name }) => name));
  const varied = all.flatMap(({ name, examples }) =>
    examples.slice(1).map((example) => ({ ...whole, [name]: example })),
  );
  return [whole, ...(required.length < all.length ? [first(required)] : []), ...varied];
}
