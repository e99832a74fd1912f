// Draws the flows' diagrams anew from what decide does: `npm run diagrams`.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { drawDiagram } from '../../test/flows/diagram.ts';

for (const kind of ['reset', 'unlock'] as const) {
  writeFileSync(join(import.meta.dirname, `${kind}.mmd`), drawDiagram(kind));
}
