// A worker is ended before it would write what V8 counted: it is told to write after each test file.
import { takeCoverage } from 'node:v8';
import { afterAll } from 'vitest';

afterAll(() => takeCoverage());
