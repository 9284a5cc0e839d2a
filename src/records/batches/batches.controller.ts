import { ApiTags } from '@nestjs/swagger';
import { createRecordController } from '../engine/record.controller.js';
import { BATCH } from './batch.record-type.js';

/** The routes under `/api/v1/integration/batches`. */
@ApiTags('Batches')
export class BatchesController extends createRecordController(BATCH) {}
