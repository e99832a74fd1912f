// What a file would change: two values, compared key by key, as lines for the operator.

type Line = string;

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Keys whose value is a secret: it must not be written. */
const isSecretKey = (key: string): boolean =>
  /token|secret|password|passphrase|private|credential|auth_key|api_key/i.test(key);

/** Whether a secret stands anywhere in it, as a text. */
export function holdsSecret(value: unknown): boolean {
  if (Array.isArray(value)) return value.some(holdsSecret);
  if (!isRecord(value)) return false;
  return Object.entries(value).some(
    ([key, each]) => (isSecretKey(key) && typeof each === 'string' && each !== '') || holdsSecret(each),
  );
}

/** Whether the deploy tool could take a text in it for one of its keywords. */
export function holdsKeyword(value: unknown): boolean {
  if (typeof value === 'string') return /##\w+##|@@\w+@@/.test(value);
  if (Array.isArray(value)) return value.some(holdsKeyword);
  return isRecord(value) && Object.entries(value).some(([key, each]) => holdsKeyword(key) || holdsKeyword(each));
}

const shownCharsAtMost = 60;

function shown(value: unknown): string {
  if (value === undefined) return 'nothing';
  const text = JSON.stringify(value);
  return text.length > shownCharsAtMost ? `a text of ${text.length} characters` : text;
}

/** `before` is what the tenant has. Only what `after` names is compared: the rest is left alone. */
export function changesBetween(before: unknown, after: unknown, path = ''): readonly Line[] {
  if (isRecord(after) && (isRecord(before) || before === undefined)) {
    return Object.entries(after).flatMap(([key, value]) =>
      changesBetween(before?.[key], value, path === '' ? key : `${path}.${key}`),
    );
  }
  if (Array.isArray(after) && Array.isArray(before)) return listChanges(before, after, path);
  if (JSON.stringify(before) === JSON.stringify(after)) return [];
  return [`${path}: ${shown(before)} → ${shown(after)}`];
}

function listChanges(before: readonly unknown[], after: readonly unknown[], path: string): readonly Line[] {
  const [had, has] = [before, after].map((list) => list.map((each) => JSON.stringify(each)));
  const added = (has ?? []).filter((each) => had?.includes(each) !== true);
  const removed = (had ?? []).filter((each) => has?.includes(each) !== true);
  return [
    ...(added.length > 0 ? [`${path}: adds ${added.join(', ')}`] : []),
    ...(removed.length > 0 ? [`${path}: REMOVES ${removed.join(', ')}`] : []),
  ];
}
