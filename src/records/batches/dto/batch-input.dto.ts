import { CalendarDateField, KeyField, QuantityField, TextField } from '../../fields/field.decorators.js';

/** A batch as callers send it. An omitted field stays unchanged; null clears it. */
export class BatchInput {
  @KeyField(255, { required: true, description: 'The id of the batch in the ERP.', example: 'LOT-2026-0042' })
  externalId!: string;

  @KeyField(255, {
    required: true,
    description: 'externalId of a product that is already synced.',
    example: 'ITEM-0901',
  })
  productExternalId!: string;

  @TextField(255, { required: true, example: '2026-0042' })
  batchNumber!: string;

  @QuantityField(0, {
    description: 'At most 10 digits before the decimal point, 6 after it, 15 in total.',
    example: 19200,
  })
  quantity?: number | null;

  @TextField(32, { example: 'kg' })
  unit?: string | null;

  @CalendarDateField({ example: '2026-03-31' })
  receivedDate?: string | null;

  @CalendarDateField({
    description: 'Not before `receivedDate`. null: no date.',
    example: '2027-03-31',
  })
  expiryDate?: string | null;

  @KeyField(255, { description: 'externalId of a supplier that is already synced.', example: 'SUP-001' })
  supplierExternalId?: string | null;
}
