import 'reflect-metadata';
import { PRODUCT } from '../../../src/records/products/product.record-type.js';
import { type Content, hashContent } from '../../../src/records/engine/content.js';
import type { StoredRow } from '../../../src/records/engine/record-table.js';
import { type CheckedRow, checkRow } from '../../../src/records/engine/row-check.js';
import { type Plan, planUpsert } from '../../../src/records/engine/upsert-plan.js';

const NOW = '2026-03-31 08:00:00.000';
const SUPPLIER_ID = 'sup_01kan2x5v6fkrb3m1s3c1v9y7t';
const references = new Map([['supplierExternalId', new Map([['SUP', SUPPLIER_ID]])]]);

const checked = (values: object, index = 0): CheckedRow =>
  checkRow(PRODUCT, { externalId: 'X', name: 'Bourbon', ...values }, index);

/** The content that a row of these values has when nothing was stored. */
function contentOf(values: object): Content {
  const [row] = plan([checked(values)]).inserts;
  return row?.content as Content;
}

function stored(values: object, more: Partial<StoredRow> = {}): Map<string, StoredRow> {
  const content = contentOf(values);
  const row: StoredRow = {
    id: 'prd_01kan2x5v6fkrb3m1s3c1v9y7t',
    externalId: 'X',
    contentHash: hashContent(content),
    version: 4,
    syncStatus: 'SYNCED',
    deleted: false,
    createdAt: '2025-01-01 00:00:00.000',
    updatedAt: '2025-01-01 00:00:00.000',
    lastSyncedAt: '2025-01-01 00:00:00.000',
    content: () => content,
    ...more,
  };
  return new Map([[row.externalId, row]]);
}

function plan(rows: CheckedRow[], present = new Map<string, StoredRow>(), whole = false): Plan {
  return planUpsert(PRODUCT, rows, present, references, NOW, whole);
}

const field = (content: Content | undefined, name: string): unknown =>
  content?.[PRODUCT.content.findIndex((column) => column.field === name)];

describe('planUpsert', () => {
  it('inserts what is not stored, as version 1', () => {
    const { inserts, rewrites, unchanged, accepted, liveMore } = plan([checked({ price: 2 }, 7)]);
    expect([inserts.length, rewrites, unchanged, liveMore]).toEqual([1, [], [], 1]);
    expect(inserts[0]).toMatchObject({ externalId: 'X', version: 1, createdAt: NOW });
    expect(accepted.get(7)).toEqual({ id: inserts[0]?.id, externalId: 'X', created: true });
    expect(field(inserts[0]?.content, 'price')).toBe(2);
    expect(field(inserts[0]?.content, 'unit')).toBeNull();
  });

  it('rewrites what changes: same id and creation, next version, omitted fields as they were', () => {
    const present = stored({ price: 2, unit: 'kg' });
    const { inserts, rewrites, liveMore, accepted } = plan([checked({ price: 3 })], present);
    expect([inserts, liveMore]).toEqual([[], 0]);
    const { id, createdAt } = present.get('X') as StoredRow;
    expect(rewrites).toMatchObject([{ id, createdAt, version: 5 }]);
    expect([field(rewrites[0]?.content, 'price'), field(rewrites[0]?.content, 'unit')]).toEqual([3, 'kg']);
    expect(accepted.get(0)?.created).toBe(false);
  });

  it('clears what is null', () => {
    const [row] = plan([checked({ unit: null })], stored({ price: 2, unit: 'kg' })).rewrites;
    expect([field(row?.content, 'unit'), field(row?.content, 'price')]).toEqual([null, 2]);
  });

  it('clears what is omitted where the record is written whole', () => {
    const [row] = plan([checked({ price: 2 })], stored({ price: 2, unit: 'kg' }), true).rewrites;
    expect([field(row?.content, 'unit'), field(row?.content, 'price')]).toEqual([null, 2]);
  });

  it.each([
    ['the same values', { price: 2, unit: 'kg' }],
    ['fewer values', { price: 2 }],
    ['values that are stored alike', { hsCode: '0901.11' }],
    ['the same reference', { supplierExternalId: 'SUP' }],
  ])('writes nothing for %s', (_, values) => {
    const before = { price: 2, unit: 'kg', hsCode: '090111', supplierExternalId: 'SUP' };
    const present = stored(before);
    const { inserts, rewrites, unchanged, accepted, liveMore } = plan([checked(values)], present);
    expect([inserts, rewrites, liveMore]).toEqual([[], [], 0]);
    expect(unchanged).toEqual([present.get('X')?.id]);
    expect(accepted.get(0)).toMatchObject({ created: false });
  });

  it('reads what is stored only where a row leaves fields out', () => {
    const whole = Object.fromEntries(PRODUCT.content.map((column) => [column.field, null]));
    const unreadable = () => {
      throw new Error('read');
    };
    const present = stored({}, { content: unreadable });
    expect(plan([checked({ ...whole, name: 'Bourbon' })], present).unchanged).toHaveLength(1);
    expect(() => plan([checked({ price: 1 })], present)).toThrow('read');
  });

  it('revives a deleted record: same id, counted as created, even where the content is the same', () => {
    const present = stored({ price: 2 }, { deleted: true });
    const { inserts, rewrites, unchanged, accepted, liveMore } = plan([checked({ price: 2 })], present);
    expect([inserts, unchanged, liveMore]).toEqual([[], [], 1]);
    expect(rewrites).toMatchObject([{ id: present.get('X')?.id, version: 5 }]);
    expect(accepted.get(0)?.created).toBe(true);
  });

  it('keeps references by id', () => {
    const [row] = plan([checked({ supplierExternalId: 'SUP' })]).inserts;
    expect(field(row?.content, 'supplierExternalId')).toBe(SUPPLIER_ID);
    const [cleared] = plan(
      [checked({ supplierExternalId: null })],
      stored({ supplierExternalId: 'SUP' }),
    ).rewrites;
    expect(field(cleared?.content, 'supplierExternalId')).toBeNull();
  });

  it('gives every new record an id of its own', () => {
    const rows = Array.from({ length: 500 }, (_, index) => ({
      ...checked({}, index),
      externalId: `R-${index}`,
    }));
    const { inserts, liveMore } = plan(rows);
    expect([new Set(inserts.map(({ id }) => id)).size, liveMore]).toEqual([500, 500]);
    expect(inserts.map(({ id }) => id).toSorted()).toEqual(inserts.map(({ id }) => id));
  });
});
