// Draws the flows' diagrams anew from what decide does: `npm run diagrams`.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { drawDiagram } from '../../test/flows/diagram.ts';

const fileOf = { reset: 'reset', unlock: 'unlock', change: 'change', enroll: 'enrolment' };

for (const kind of ['reset', 'unlock', 'change', 'enroll'] as const) {
  writeFileSync(join(import.meta.dirname, `${fileOf[kind]}.mmd`), drawDiagram(kind));
}
