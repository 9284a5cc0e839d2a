import {
  CountryField,
  HsCodeField,
  KeyField,
  QuantityField,
  TextField,
} from '../../fields/field.decorators.js';

/** Prices cannot be negative. Stock can, while deliveries are not booked yet. */
const MIN_STOCK = -9_999_999_999;

/** A product as callers send it. An omitted field stays unchanged; null clears it. */
export class ProductInput {
  @KeyField(255, { required: true, description: 'Id of the product in the ERP.', example: 'ITEM-0901' })
  externalId!: string;

  @TextField(255, { required: true, example: 'Arabica, Bourbon, washed' })
  name!: string;

  @TextField(255, { example: 'Green coffee' })
  category?: string | null;

  @CountryField({ example: 'BR' })
  country?: string | null;

  @HsCodeField({
    description:
      'HS, CN or TARIC code: 2, 4, 6, 8 or 10 digits, chapter 01 to 97 except 77. Dots and spaces are removed.',
    example: '0901.11',
  })
  hsCode?: string | null;

  @TextField(32, { example: 'kg' })
  unit?: string | null;

  @TextField(100, { example: 'ARA-BOU-W' })
  code?: string | null;

  @KeyField(255, { description: 'externalId of a supplier that is already synced.', example: 'SUP-001' })
  supplierExternalId?: string | null;

  @QuantityField(0, {
    description: 'At most 10 digits before the decimal point, 6 after it, 15 in total.',
    example: 4.85,
  })
  price?: number | null;

  @QuantityField(MIN_STOCK, { example: 1200 })
  stock?: number | null;
}
