import { ApiTags } from '@nestjs/swagger';
import { createRecordController } from '../engine/record.controller.js';
import { PRODUCT } from './product.record-type.js';

/** The routes under `/api/v1/integration/products`. */
@ApiTags('Integration: products')
export class ProductsController extends createRecordController(PRODUCT) {}
