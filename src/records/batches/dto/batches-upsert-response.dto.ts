import { ApiProperty } from '@nestjs/swagger';
import { UpsertResponse } from '../../engine/dto/record-responses.dto.js';

class CreatedDds {
  @ApiProperty({ example: 'LOT-2026-0042' })
  batchExternalId!: string;

  @ApiProperty({ example: 'dds_01kan2x5v6fkrb3m1s3c1v9y7t' })
  ddsId!: string;
}

/** The response to a bulk call of batches. */
export class BatchesUpsertResponse extends UpsertResponse {
  @ApiProperty({ type: [CreatedDds], description: 'Drafts that `autoCreateDDS` created.' })
  ddsCreated!: CreatedDds[];
}
