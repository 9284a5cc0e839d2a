import { ApiTags } from '@nestjs/swagger';
import { createRecordController } from '../engine/record.controller.js';
import { PRODUCT } from './product.record-type.js';

/** The routes under `/api/v1/integration/products`. */
@ApiTags('Products')
export class ProductsController extends createRecordController(PRODUCT) {}
