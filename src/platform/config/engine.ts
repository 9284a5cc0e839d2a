import { engineOf, type Engine } from './config.js';

/**
 * The engine of this process. Entities are declared when their modules load, before any configuration is
 * injected, and their column types differ between engines; so this one fact is read at load.
 */
export const ENGINE: Engine = engineOf({ DATABASE_URL: process.env['DATABASE_URL'] || undefined });
