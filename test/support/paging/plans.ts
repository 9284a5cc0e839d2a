import { ENGINE } from '../../../src/platform/config/engine.js';
import type { SqlValue } from '../../../src/platform/database/sql.js';
import type { TestApp } from '../app/app.js';

/** A statement of the product, with its values. */
type Sent = [text: string, values: SqlValue[] | undefined];

interface ServerPlan {
  table: string | null;
  type: string | null;
  key: string | null;
  Extra: string | null;
}

/** Returns the single SELECTs that the product sends during an action. */
export async function sentWhile(
  { database }: Pick<TestApp, 'database'>,
  act: () => Promise<unknown>,
): Promise<Sent[]> {
  const sent: Sent[] = [];
  const select = database.select.bind(database);
  database.select = (text, values) => {
    sent.push([text, values]);
    return select(text, values);
  };
  try {
    await act();
    return sent;
  } finally {
    database.select = select;
  }
}

/**
 * Returns the bad parts of the engine's plan for a statement: full table scans and sorts. Empty for a good
 * plan.
 */
export async function complaintsAbout({ database }: TestApp, [text, values]: Sent): Promise<string[]> {
  if (ENGINE === 'embedded') {
    const steps = await database.select<{ detail: string }>(`EXPLAIN QUERY PLAN ${text}`, values);
    return steps.map(({ detail }) => detail).filter(isBadStep);
  }
  const steps = await database.select<ServerPlan>(`EXPLAIN ${text}`, values);
  return steps.filter(isBadPlan).map((step) => JSON.stringify(step));
}

/** The plan may scan a subquery that has a LIMIT. */
function isBadStep(detail: string): boolean {
  return /TEMP B-TREE/.test(detail) || /^SCAN (?!counted|of_\d|\(|\d|CONSTANT)/.test(detail);
}

function isBadPlan({ table, type, key, Extra }: ServerPlan): boolean {
  if (/filesort|temporary/i.test(Extra ?? '')) return true;
  const isTable = table !== null && !table.startsWith('<');
  return isTable && (key === null || type === 'ALL' || type === 'index');
}

/** Lets the server update its statistics, as it does by itself from time to time. */
export async function analyze({ database }: TestApp, tables: string[]): Promise<void> {
  if (ENGINE === 'embedded') return;
  for (const table of tables) await database.select(`ANALYZE TABLE ${table}`);
}
