import { ApiTags } from '@nestjs/swagger';
import { createRecordController } from '../engine/record.controller.js';
import { SUPPLIER } from './supplier.record-type.js';

/** The routes under `/api/v1/integration/suppliers`. */
@ApiTags('Suppliers')
export class SuppliersController extends createRecordController(SUPPLIER) {}
