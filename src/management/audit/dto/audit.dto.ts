import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn } from 'class-validator';
import type { AuditRecord } from '../../../audit/audit-rows.js';
import { AUDIT_ACTIONS, type AuditAction } from '../../../audit/audit-actions.js';
import { PageAndSizeQuery } from '../../../platform/paging/dto/page-queries.dto.js';
import { IsExactText, IsInstant } from '../../../platform/http/validation.js';
import { IsLaterThan } from '../../../platform/http/windows.js';
import { Optional } from '../../../platform/http/optional.js';

const MAX_NAME = 255;

/** Query of the audit log. */
export class AuditQueryParameters extends PageAndSizeQuery {
  @ApiPropertyOptional({
    description: 'Id or exact name of the actor. Email addresses match in any case.',
    maxLength: MAX_NAME,
  })
  @Optional()
  @IsExactText(MAX_NAME)
  actor?: string;

  @ApiPropertyOptional({
    description: 'Id or exact name of the subject. Email addresses match in any case.',
    maxLength: MAX_NAME,
  })
  @Optional()
  @IsExactText(MAX_NAME)
  target?: string;

  @ApiPropertyOptional({ enum: AUDIT_ACTIONS })
  @Optional()
  @IsIn(AUDIT_ACTIONS)
  action?: AuditAction;

  @ApiPropertyOptional({ format: 'date-time', description: 'Start (inclusive).' })
  @Optional()
  @IsInstant()
  since?: string;

  @ApiPropertyOptional({ format: 'date-time', description: 'End (exclusive).' })
  @Optional()
  @IsInstant()
  @IsLaterThan('since')
  until?: string;
}

class AuditParty {
  @ApiProperty({ enum: ['user', 'token', 'operator', 'system'], example: 'user' })
  kind!: string;

  @ApiProperty({ type: String, nullable: true, example: 'usr_01kan2x5v6fkrb3m1s3c1v9y7t' })
  id!: string | null;

  @ApiProperty({ example: 'ada@acme.example' })
  name!: string;
}

class AuditSubject {
  @ApiProperty({ example: 'token' })
  kind!: string;

  @ApiProperty({ example: 'tok_01kan2x5v6fkrb3m1s3c1v9y7t' })
  id!: string;

  @ApiProperty({ example: 'nightly sync' })
  name!: string;
}

/** An entry of the audit log. */
export class AuditDto {
  @ApiProperty({ description: 'Number of the entry in the company, from 1, without gaps.', example: 42 })
  sequence!: number;

  @ApiProperty({ format: 'date-time', example: '2026-11-22T08:00:00.000Z' })
  at!: string;

  @ApiProperty({ type: AuditParty })
  actor!: AuditParty;

  @ApiProperty({ enum: AUDIT_ACTIONS, example: 'token.revoked' })
  action!: string;

  @ApiProperty({ type: AuditSubject })
  target!: AuditSubject;

  @ApiProperty({ type: String, nullable: true, example: '203.0.113.7' })
  address!: string | null;

  @ApiProperty({ type: String, nullable: true, example: 'req_01kan2x5v6fkrb3m1s3c1v9y7t' })
  requestId!: string | null;

  @ApiProperty({
    type: String,
    nullable: true,
    description: 'Id of the credential that the actor used. null: none, or unknown.',
    example: 'ses_01kan2x5v6fkrb3m1s3c1v9y7t',
  })
  credential!: string | null;

  @ApiProperty({
    type: 'object',
    additionalProperties: true,
    description: 'Details. Never contains a secret.',
  })
  details!: Record<string, unknown>;

  static of(entry: AuditRecord): AuditDto {
    const { sequence, at, actor, action, target, address, requestId, credential, details } = entry;
    return { sequence, at, actor, action, target, address, requestId, credential, details };
  }
}
