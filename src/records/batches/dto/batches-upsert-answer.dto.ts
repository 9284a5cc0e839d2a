import { ApiProperty } from '@nestjs/swagger';
import { UpsertAnswer } from '../../engine/dto/record-answers.dto.js';

class CreatedDds {
  @ApiProperty({ example: 'LOT-2026-0042' })
  batchExternalId!: string;

  @ApiProperty({ example: 'dds_01kan2x5v6fkrb3m1s3c1v9y7t' })
  ddsId!: string;
}

/** The answer to a bulk call of batches. */
export class BatchesUpsertAnswer extends UpsertAnswer {
  @ApiProperty({ type: [CreatedDds], description: 'The drafts that `autoCreateDDS` made.' })
  ddsCreated!: CreatedDds[];
}
