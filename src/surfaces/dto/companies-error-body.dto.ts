import { ApiProperty } from '@nestjs/swagger';

/** Schema of the companies API's errors, for the documentation. */
export class AccountErrorBody {
  @ApiProperty({ enum: ['client_error', 'validation_error', 'server_error'] })
  type!: string;

  @ApiProperty({
    type: 'array',
    items: {
      type: 'object',
      required: ['code', 'detail', 'attr', 'extra'],
      properties: {
        code: { type: 'string', example: 'required' },
        detail: { type: 'string' },
        attr: { type: 'string', nullable: true, description: 'The invalid field of the request.' },
        extra: { type: 'object', nullable: true, additionalProperties: true },
      },
    },
  })
  errors!: unknown;
}
