import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A file of `tests/fixtures`. */
export const fixture = (name) => readFileSync(join(import.meta.dirname, '../fixtures', name));
