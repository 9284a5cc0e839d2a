import { ApiProperty } from '@nestjs/swagger';

/** That the service is well; otherwise it answers an error. */
export class HealthResponse {
  @ApiProperty({ enum: ['ok'], example: 'ok' })
  status!: 'ok';
}
