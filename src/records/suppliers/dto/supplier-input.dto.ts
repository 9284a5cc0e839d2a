import {
  BoolField,
  CountryField,
  EmailField,
  KeyField,
  PhoneField,
  TextField,
  TextListField,
} from '../../fields/field.decorators.js';

/** A supplier as callers send it. An omitted field stays unchanged; null clears it. */
export class SupplierInput {
  @KeyField(255, { required: true, description: 'Id of the supplier in the ERP.', example: 'SUP-001' })
  externalId!: string;

  @TextField(255, { required: true, example: 'Fazenda Santa Inês' })
  name!: string;

  @TextField(100, { example: '100234' })
  code?: string | null;

  @CountryField({ example: 'BR' })
  country?: string | null;

  @TextField(1000, { example: 'Rodovia BR-265, Carmo de Minas, MG' })
  address?: string | null;

  @TextField(255, { example: 'Ana Ribeiro' })
  contactPerson?: string | null;

  @EmailField({ example: 'ana@santaines.example' })
  email?: string | null;

  @PhoneField(50, { example: '+55 35 5550 1234' })
  phone?: string | null;

  @TextListField(255, { example: ['Rainforest Alliance'] })
  certifications?: string[] | null;

  @BoolField({ example: false })
  isEuOrigin?: boolean | null;
}
