import { Controller, Get, Inject, Query } from '@nestjs/common';
import { ApiOperation, ApiParam, ApiProperty, ApiPropertyOptional, ApiTags } from '@nestjs/swagger';
import { IsIn, IsOptional } from 'class-validator';
import { AUDIT_ACTIONS, type AuditAction } from '../../audit/audit-actions.js';
import { AuditReader } from '../../audit/audit-reader.js';
import { Member } from '../../auth/principal/caller.js';
import type { MemberPrincipal } from '../../auth/principal/principal.js';
import { RequireRoles } from '../../auth/guard/require-roles.js';
import { IsExactText, IsInstant, parseInstant } from '../../platform/http/validation.js';
import { type ListAnswer, ListsOf, PageQuery } from '../../platform/http/lists.js';

const LONGEST_NAME = 255;

class AuditQueryParameters extends PageQuery {
  @ApiPropertyOptional({ description: 'Id or exact name of who acted.', example: 'ada@acme.example' })
  @IsOptional()
  @IsExactText(LONGEST_NAME)
  actor?: string;

  @ApiPropertyOptional({ description: 'Id or exact name of what was acted upon.' })
  @IsOptional()
  @IsExactText(LONGEST_NAME)
  target?: string;

  @ApiPropertyOptional({ enum: AUDIT_ACTIONS })
  @IsOptional()
  @IsIn(AUDIT_ACTIONS)
  action?: AuditAction;

  @ApiPropertyOptional({ format: 'date-time', description: 'The first moment that counts.' })
  @IsOptional()
  @IsInstant()
  since?: string;

  @ApiPropertyOptional({ format: 'date-time', description: 'The first moment that counts no more.' })
  @IsOptional()
  @IsInstant()
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

class AuditItem {
  @ApiProperty({ description: 'Counts from 1 in each company, without gaps.', example: 42 })
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

  @ApiProperty({ type: 'object', additionalProperties: true, description: 'Never a secret.' })
  details!: Record<string, unknown>;
}

/** Who did what to which credential of a company. */
@ApiTags('Management: audit')
@ApiParam({ name: 'company', description: 'Slug or id of the company.', example: 'acme' })
@Controller('apiops/projects/:company/audit')
export class AuditController {
  constructor(@Inject(AuditReader) private readonly audit: AuditReader) {}

  @Get()
  @RequireRoles('ROLE_API_SECURITY')
  @ApiOperation({
    operationId: 'listAudit',
    summary: 'Who did what to which credential, the latest first',
    description: 'Entries are kept for five years unless the service is told otherwise.',
  })
  @ListsOf(AuditItem)
  async list(
    @Member() { company }: MemberPrincipal,
    @Query() query: AuditQueryParameters,
  ): Promise<ListAnswer<AuditItem>> {
    const { page, size, actor, target, action } = query;
    const since = query.since === undefined ? undefined : parseInstant(query.since);
    const until = query.until === undefined ? undefined : parseInstant(query.until);
    const { entries, total } = await this.audit.page(company.id, {
      page,
      size,
      ...(actor !== undefined && { actor }),
      ...(target !== undefined && { target }),
      ...(action !== undefined && { action }),
      ...(since && { since }),
      ...(until && { until }),
    });
    const resultList = entries.map(
      ({ sequence, at, actor: by, action: act, target: of, address, requestId, details }) => ({
        sequence,
        at,
        actor: by,
        action: act,
        target: of,
        address,
        requestId,
        details,
      }),
    );
    return { success: true, resultList, resultCount: total };
  }
}
