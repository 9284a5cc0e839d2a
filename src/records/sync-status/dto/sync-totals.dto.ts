import { ApiProperty } from '@nestjs/swagger';
import type { LiveCounts } from '../../state/integration-state.js';

class Total {
  @ApiProperty({ description: 'Exact number of records that are not deleted.', example: 120 })
  total!: number;
}

/** The number of live records of the integration. */
export class SyncTotalsResponse {
  @ApiProperty({ type: Total })
  suppliers!: Total;

  @ApiProperty({ type: Total })
  products!: Total;

  @ApiProperty({ type: Total })
  batches!: Total;

  static of({ suppliers, products, batches }: LiveCounts): SyncTotalsResponse {
    return { suppliers: { total: suppliers }, products: { total: products }, batches: { total: batches } };
  }
}
