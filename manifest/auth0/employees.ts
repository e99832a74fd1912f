// The connections of the employees. The files never write them, so turning them on for the application is a step by hand.
import { type Draft, type Installation, unread } from './draft.ts';
import type { SeenTenant } from './seen.ts';

const quoted = (names: readonly string[]): string => names.map((name) => `“${name}”`).join(', ');

const consequence =
  'Until then nobody of it can sign in to add a contact. The files leave these connections alone, so an import does not do it.';

export function employees(about: Installation, seen: SeenTenant | undefined, draft: Draft): void {
  const { clientName, connections } = about;
  const turnOn = (which: string): void => {
    draft.steps.push(
      `Authentication → Database (or Enterprise → Active Directory) → ${which} → Applications: turn on “${clientName}”. ${consequence}`,
    );
  };
  const read = seen?.employees ?? { is: 'unseen', why: unread };
  if (read.is === 'unseen') {
    turnOn(connections === undefined ? 'the employees’ connection' : quoted(connections));
    return;
  }
  for (const { name } of read.value.filter(({ isOn }) => !isOn)) turnOn(quoted([name]));
  const missing = (connections ?? []).filter((name) => read.value.every((one) => one.name !== name));
  if (missing.length > 0) {
    draft.warnings.push(
      `The policy names ${quoted(missing)}, which the tenant does not have: correct its \`connections\`.`,
    );
  }
}
