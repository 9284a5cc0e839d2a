import { engineOf, type Engine } from './config.js';

/**
 * The database engine of this process.
 * Entities are declared when their modules load, before any configuration is injected, and their column types
 * depend on the engine. Therefore this one value is read at load time.
 */
export const ENGINE: Engine = engineOf({ DATABASE_URL: process.env['DATABASE_URL'] || undefined });
