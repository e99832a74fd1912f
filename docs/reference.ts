// Writes the reference of the policy and the example of one anew from the schema: `npm run reference`.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describePolicy, examplePolicy } from '../src/config/policy/reference.ts';

writeFileSync(join(import.meta.dirname, 'policy.md'), `${describePolicy()}\n`);
writeFileSync(join(import.meta.dirname, '../policy.example.yaml'), examplePolicy());
