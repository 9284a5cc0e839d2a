import { readFileSync } from 'node:fs';
import { isISO31661Alpha2 } from 'class-validator';
import { type ErpBatch, type ErpSupplier, exportOf } from '../../demo/lots.js';
import { calendarDate, key, quantity } from '../../src/records/fields/rules.js';

const { suppliers, products, batches } = exportOf(readFileSync('demo/coffee-lots.csv', 'utf8'));

const lot = (externalId: string): ErpBatch =>
  batches.find((batch) => batch.externalId === externalId) as ErpBatch;

const supplierNamed = (name: string): ErpSupplier =>
  suppliers.find((supplier) => supplier.name === name) as ErpSupplier;

it('makes one supplier a company, one product a kind of coffee and one batch a lot', () => {
  expect([suppliers.length, products.length, batches.length]).toEqual([489, 87, 1339]);
});

it('gives no two records of a type the same external id, and none that the API would refuse', () => {
  for (const records of [suppliers, products, batches]) {
    const ids = records.map((record) => record.externalId);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.map(key(255))).toEqual(ids);
  }
});

it('refers only to suppliers and products that it sends', () => {
  const sent = new Set([...suppliers, ...products].map((record) => record.externalId));
  const missing = batches.filter(
    (batch) => !sent.has(batch.supplierExternalId) || !sent.has(batch.productExternalId),
  );
  expect(missing).toEqual([]);
});

it('weighs every lot in a quantity that the API takes', () => {
  const quantities = batches.map((batch) => batch.quantity);
  expect(quantities.map(quantity(0))).toEqual(quantities);
  expect(Math.max(...quantities)).toBe(320 * 19_200);
});

it('dates every lot', () => {
  const dates = batches.flatMap((batch) => [batch.receivedDate, batch.expiryDate]);
  expect(dates.map(calendarDate)).toEqual(dates);
});

it('names countries by their ISO code', () => {
  const countries = suppliers.flatMap(({ country }) => country ?? []);
  expect(countries.filter((country) => !isISO31661Alpha2(country))).toEqual([]);
  const codes = ['CI', 'TZ', 'LA', 'VN', 'PR', 'US'];
  expect(codes.filter((code) => !countries.includes(code))).toEqual([]);
});

it('sends the supplier of a lot that names no company without a name', () => {
  expect(suppliers.filter(({ name }) => name === undefined)).toHaveLength(209);
  expect(lot('LOT-0003').supplierExternalId).toBe('SUP-LOT-0003');
  expect(suppliers).toContainEqual({ externalId: 'SUP-LOT-0003', country: 'GT' });
});

it('takes spellings that differ in punctuation for one company', () => {
  const ids = suppliers.map((supplier) => supplier.externalId);
  expect(ids.filter((id) => id.includes('corzu'))).toEqual([
    'SUP-estrategias-constructivas-corzu-s-a-de-c-v',
  ]);
});

it('keeps companies apart whose names have no Latin letter', () => {
  expect(supplierNamed('王秋金').externalId).toBe('SUP-王秋金');
  expect(supplierNamed('八杞莊園').externalId).toBe('SUP-八杞莊園');
});

it('leaves out the country of an importer that deals in lots of several', () => {
  expect(supplierNamed('lusso coffee lab')).not.toHaveProperty('country');
});

it('turns pounds into kilograms, to 6 decimals', () => {
  expect(lot('LOT-0037')).toMatchObject({ quantity: 453.59237, unit: 'kg' });
  expect(lot('LOT-1339')).toMatchObject({ quantity: 2.267962, unit: 'kg' });
});

it('names no unit where the lot names none, or two', () => {
  expect(batches.filter((batch) => batch.unit === undefined)).toHaveLength(29);
  expect(lot('LOT-0017')).not.toHaveProperty('unit');
});

it('numbers a batch by its lot, else its ICO, else its sample number', () => {
  expect(lot('LOT-0962').batchNumber).toBe('KLEM-C08');
  expect(lot('LOT-0001').batchNumber).toBe('2014/2015');
  expect(lot('LOT-0003').batchNumber).toBe('3');
});

it('reads a date that ends in a line break', () => {
  expect(lot('LOT-1084').receivedDate).toBe('2013-12-26');
});
