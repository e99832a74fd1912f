// A worker is killed before V8 writes its coverage, so it writes it after each test file.
import { takeCoverage } from 'node:v8';
import { afterAll } from 'vitest';

afterAll(() => takeCoverage());
