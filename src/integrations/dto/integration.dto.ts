import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn } from 'class-validator';
import {
  CONNECTED_TYPES,
  type ConnectedType,
  type Integration,
  INTEGRATION_STATUSES,
  INTEGRATION_TYPES,
  SYNC_METHODS,
  type SyncMethod,
} from '../integration.entity.js';
import { IsName } from '../../platform/http/validation.js';
import { MAX_NAME } from '../../platform/values/name.js';
import { Optional } from '../../platform/http/optional.js';

/** A new integration. */
export class NewIntegrationRequest {
  @ApiProperty({
    maxLength: MAX_NAME,
    example: 'SAP S/4HANA',
    description: 'Unique in the company. Must begin and end with a visible character.',
  })
  @IsName(MAX_NAME)
  name!: string;

  @ApiProperty({ enum: CONNECTED_TYPES, example: 'SAP' })
  @IsIn(CONNECTED_TYPES)
  type!: ConnectedType;

  @ApiPropertyOptional({ enum: SYNC_METHODS, default: 'PUSH', description: 'Which side starts a sync.' })
  @Optional()
  @IsIn(SYNC_METHODS)
  syncMethod?: SyncMethod;
}

/** An integration as people see it. */
export class IntegrationDto {
  @ApiProperty({ example: 'int_01kan2x5v6fkrb3m1s3c1v9y7t' })
  id!: string;

  @ApiProperty({ example: 'SAP S/4HANA' })
  name!: string;

  @ApiProperty({ enum: INTEGRATION_TYPES, example: 'SAP' })
  type!: string;

  @ApiProperty({ enum: INTEGRATION_STATUSES, example: 'ACTIVE' })
  status!: string;

  @ApiProperty({ enum: SYNC_METHODS, example: 'PUSH' })
  syncMethod!: string;

  @ApiProperty({ format: 'date-time', example: '2026-11-22T08:00:00.000Z' })
  createdAt!: string;

  @ApiProperty({ format: 'date-time', example: '2026-11-22T08:00:00.000Z' })
  updatedAt!: string;

  static of({ id, name, type, status, syncMethod, createdAt, updatedAt }: Integration): IntegrationDto {
    return {
      id,
      name,
      type,
      status,
      syncMethod,
      createdAt: createdAt.toISOString(),
      updatedAt: updatedAt.toISOString(),
    };
  }
}
