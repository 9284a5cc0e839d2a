import type { SupplierInput } from '../src/records/suppliers/dto/supplier-input.dto.js';

/** Rows of one bulk call: as many as the contract allows. */
export const ROWS_PER_CALL = 500;

const STAMP = '@@@@@@@@';
const STAMP_BASE = 36;

/** A supplier with every field filled, as ERPs send them. */
export function supplierRow(externalId: string, name: string): SupplierInput {
  return {
    externalId,
    name,
    code: `CR-${externalId}`,
    country: 'BR',
    address: 'Rodovia BR-265, km 112, Zona Rural, Carmo de Minas, MG',
    contactPerson: 'Ana Ribeiro da Silva',
    email: 'ana.ribeiro@santaines.example',
    phone: '+55 35 5550 1234',
    certifications: ['Rainforest Alliance', 'Fairtrade'],
    isEuOrigin: false,
  };
}

/** The external id of a stored supplier, by its place. */
export function storedExternalId(place: number): string {
  return `SUP-${String(place).padStart(8, '0')}`;
}

/**
 * A bulk body of which every copy differs from all others in one stamp per row. Made by overwriting bytes, so
 * that the load generator spends its core on sending.
 */
export class StampedBody {
  private static last = 0;
  private readonly template: Buffer;
  private readonly places: number[] = [];

  constructor(rows: SupplierInput[]) {
    this.template = Buffer.from(JSON.stringify({ suppliers: rows }));
    for (let at = this.template.indexOf(STAMP); at !== -1; at = this.template.indexOf(STAMP, at + 1)) {
      this.places.push(at);
    }
  }

  next(): Buffer {
    const stamp = (StampedBody.last += 1).toString(STAMP_BASE).padStart(STAMP.length, '0');
    const body = Buffer.from(this.template);
    for (const place of this.places) body.write(stamp, place, 'latin1');
    return body;
  }
}

/** Calls whose rows are all new. */
export function newRows(): StampedBody {
  const rows = Array.from({ length: ROWS_PER_CALL }, (_, index) => {
    const externalId = `NEW-${STAMP}-${String(index).padStart(3, '0')}`;
    return supplierRow(externalId, `Fazenda Santa Inês ${index}`);
  });
  return new StampedBody(rows);
}

/** Calls that change the names of the same stored suppliers each time, from the given place on. */
export function changedRows(from: number): StampedBody {
  const rows = Array.from({ length: ROWS_PER_CALL }, (_, index) =>
    supplierRow(storedExternalId(from + index), `Fazenda Santa Inês ${STAMP}`),
  );
  return new StampedBody(rows);
}
