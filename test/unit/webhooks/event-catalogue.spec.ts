import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { AUDIT_ACTIONS } from '../../../src/audit/audit-actions.js';
import { CHANGES, eventTypeOf } from '../../../src/records/record-types/record-events.js';
import { ENTITY_TYPES } from '../../../src/records/record-types/record-type.js';
import {
  EVENT_TYPES,
  expanded,
  isEventType,
  PING,
  scopesFor,
} from '../../../src/webhooks/events/event-types.js';

const CATALOGUE = 'event-types.ts';
const makesEvents = (text: string): boolean => text.includes('/outbox.js');
/** How a type is written down where an event is made: `type: 'dds.approved'`, or one of two after a `?`. */
const MADE = /(?:\btype:|[?:])\s*'([a-z]+\.[a-z_]+)'/g;

function typesMadeInSource(): string[] {
  const files = readdirSync('src', { recursive: true, encoding: 'utf8' });
  const sources = files.filter((file) => file.endsWith('.ts') && !file.endsWith(CATALOGUE));
  const texts = sources.map((file) => readFileSync(join('src', file), 'utf8')).filter(makesEvents);
  return [...new Set(texts.flatMap((text) => [...text.matchAll(MADE)].map(([, type]) => type as string)))];
}

it('the catalogue knows every event that some code makes', () => {
  const made = typesMadeInSource();
  expect(made).toEqual(
    expect.arrayContaining(['sync.completed', 'sync.failed', 'dds.status_changed', 'credential.revoked']),
  );
  const audited: readonly string[] = AUDIT_ACTIONS;
  expect(made.filter((type) => !isEventType(type) && !audited.includes(type))).toEqual([]);
});

it('the catalogue knows every change of every record type', () => {
  const types = ENTITY_TYPES.flatMap((entityType) =>
    CHANGES.map((change) => eventTypeOf(entityType, change)),
  );
  expect(types).toHaveLength(9);
  expect(types.filter((type) => !isEventType(type))).toEqual([]);
});

it('the catalogue names each event once, in a form that its column holds, and not the ping', () => {
  const names = EVENT_TYPES.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
  expect(names.filter((name) => name.length > 40)).toEqual([]);
  expect(names).not.toContain(PING);
});

it('a star stands for every event whose scope is held, and for those that need none', () => {
  const held = ['integration:suppliers:read'];
  const [all, free] = [expanded(['*'], held), expanded(['*'], [])];
  expect(all.filter((name) => !free.includes(name))).toEqual([
    'supplier.created',
    'supplier.updated',
    'supplier.deleted',
  ]);
  expect(free).toEqual(['credential.revoked']);
  expect(scopesFor(all)).toEqual(held);
});
