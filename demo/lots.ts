import { parse } from 'csv-parse/sync';
import { countryCode } from './countries.js';

/** A supplier as the demo's ERP exports it: a lot that names no company has a supplier without a name. */
export interface ErpSupplier {
  externalId: string;
  name?: string;
  country?: string;
}

export interface ErpProduct {
  externalId: string;
  name: string;
  category: string;
  hsCode: string;
  unit: string;
}

export interface ErpBatch {
  externalId: string;
  productExternalId: string;
  supplierExternalId: string;
  batchNumber: string;
  quantity: number;
  /** Missing where the lot does not say what its weight is in. */
  unit?: string;
  receivedDate: string;
  expiryDate: string;
}

export interface ErpExport {
  suppliers: ErpSupplier[];
  products: ErpProduct[];
  batches: ErpBatch[];
}

type Lot = Record<string, string>;

/** HS heading of coffee, which Annex I of Regulation (EU) 2023/1115 lists. */
const COFFEE = '0901';
const KG_PER_LB = 0.45359237;
const BAG_WEIGHT = /^(\d+(?:\.\d+)?) ?(.*)$/;
const SPOKEN_DATE = /^([A-Z][a-z]+) (\d{1,2})(?:st|nd|rd|th), (\d{4})$/;
const MONTHS = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
];

/** Makes `coffee-lots.csv` into what an ERP would sync. What cannot be read is passed on for the API to refuse. */
export function exportOf(csv: string): ErpExport {
  const lots: Lot[] = parse(csv, { columns: true });
  return { suppliers: suppliersOf(lots), products: productsOf(lots), batches: lots.map(batchOf) };
}

/** One supplier a company; two spellings that differ in case, accents or punctuation are one company. */
function suppliersOf(lots: Lot[]): ErpSupplier[] {
  const lotsOf = new Map<string, Lot[]>();
  for (const lot of lots) lotsOf.set(supplierKey(lot), [...(lotsOf.get(supplierKey(lot)) ?? []), lot]);
  return [...lotsOf].map(([externalId, theirs]) => ({
    externalId,
    ...present('name', cell(theirs[0] as Lot, 'Company')),
    ...present('country', onlyCountryOf(theirs)),
  }));
}

/** Importers deal in lots of many countries; their own is not in the data. */
function onlyCountryOf(lots: Lot[]): string {
  const countries = new Set(lots.map((lot) => countryCode(cell(lot, 'Country.of.Origin'))));
  return countries.size === 1 ? ([...countries][0] as string) : '';
}

function productsOf(lots: Lot[]): ErpProduct[] {
  const names = new Set(lots.map(productName));
  return [...names].map((name) => ({
    externalId: productKey(name),
    name,
    category: 'Green coffee',
    hsCode: COFFEE,
    unit: 'kg',
  }));
}

function batchOf(lot: Lot): ErpBatch {
  return {
    externalId: lotKey(lot),
    productExternalId: productKey(productName(lot)),
    supplierExternalId: supplierKey(lot),
    batchNumber: cell(lot, 'Lot.Number') || cell(lot, 'ICO.Number') || cell(lot, 'Sample.Number'),
    ...weigh(cell(lot, 'Number.of.Bags'), cell(lot, 'Bag.Weight')),
    receivedDate: isoDate(cell(lot, 'Grading.Date')),
    expiryDate: isoDate(cell(lot, 'Expiration')),
  };
}

/** Kilograms, rounded to 6 decimals. A weight that names no unit, or two, stays the bare number it is. */
function weigh(bags: string, bagWeight: string): Pick<ErpBatch, 'quantity' | 'unit'> {
  const [, weight, unit] = BAG_WEIGHT.exec(bagWeight) ?? [];
  const total = Number(bags) * Number(weight) * (unit === 'lbs' ? KG_PER_LB : 1);
  const quantity = Number(total.toFixed(6));
  return unit === 'kg' || unit === 'lbs' ? { quantity, unit: 'kg' } : { quantity };
}

/** `April 4th, 2015` becomes `2015-04-04`. */
function isoDate(text: string): string {
  const [, month = '', day = '', year = ''] = SPOKEN_DATE.exec(text) ?? [];
  const number = MONTHS.indexOf(month) + 1;
  return number === 0 ? text : `${year}-${String(number).padStart(2, '0')}-${day.padStart(2, '0')}`;
}

function supplierKey(lot: Lot): string {
  const company = cell(lot, 'Company');
  return `SUP-${company === '' ? lotKey(lot) : keyOf(company)}`;
}

function productName(lot: Lot): string {
  const variety = cell(lot, 'Variety') || 'variety unknown';
  const processing = cell(lot, 'Processing.Method') || 'processing unknown';
  return `${cell(lot, 'Species')}, ${variety}, ${processing}`;
}

function productKey(name: string): string {
  return `ITEM-${keyOf(name)}`;
}

function lotKey(lot: Lot): string {
  return `LOT-${cell(lot, 'Sample.Number').padStart(4, '0')}`;
}

/** Letters and digits of any script, in lower case without accents. */
function keyOf(name: string): string {
  const plain = name.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
  return plain.replace(/[^\p{L}\p{N}]+/gu, '-').replace(/^-+|-+$/g, '');
}

function cell(lot: Lot, column: string): string {
  return (lot[column] ?? '').trim();
}

/** An ERP leaves an empty field out. */
function present<Name extends string>(name: Name, text: string): { [name in Name]?: string } {
  return text === '' ? {} : ({ [name]: text } as { [name in Name]: string });
}
