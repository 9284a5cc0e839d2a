import { ApiProperty } from '@nestjs/swagger';

/** The service is healthy. Otherwise the response is an error. */
export class HealthResponse {
  @ApiProperty({ enum: ['ok'], example: 'ok' })
  status!: 'ok';
}
