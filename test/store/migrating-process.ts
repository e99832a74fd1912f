// Started by a test, several at once: migrates the database and prints the result.
import { migrate } from '../../src/store/migrations/migrations.ts';

process.stdout.write(JSON.stringify(await migrate(process.argv[2] ?? '')));
