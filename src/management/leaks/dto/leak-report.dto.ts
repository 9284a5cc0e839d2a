import { ApiProperty } from '@nestjs/swagger';
import type { BodyBounds } from '../../../platform/http/body/body-bounds.js';
import { ArrayMaxSize, ArrayNotEmpty, IsArray, IsString, MaxLength } from 'class-validator';
import type { LeakResult } from '../../../credentials/leaks/leaks.service.js';

/** Maximum number of credentials in an anonymous report. */
export const MAX_FROM_ANYONE = 100;
/** Maximum number of credentials in a report with a personal token. */
export const MAX_FROM_OPERATORS = 10_000;
const MAX_TOKEN = 4096;
const KILOBYTE = 1024;

/**
 * Body limits: for operators, tokens of half a kilobyte, as JWTs are; for anonymous callers, a hundred texts
 * of 4 kB.
 */
export const LEAK_REPORT_BODY: Partial<BodyBounds> = {
  bytes: (MAX_FROM_OPERATORS / 2) * KILOBYTE,
  anonymousBytes: 512 * KILOBYTE,
  values: MAX_FROM_OPERATORS + 10,
  items: MAX_FROM_OPERATORS,
};

/** Leaked credentials. */
export class LeakReportRequest {
  @ApiProperty({
    type: [String],
    maxItems: MAX_FROM_OPERATORS,
    description: `Raw credentials of any kind. At most ${MAX_FROM_ANYONE} if the call is not authenticated.`,
  })
  @IsArray()
  @ArrayNotEmpty()
  @ArrayMaxSize(MAX_FROM_OPERATORS)
  @IsString({ each: true })
  @MaxLength(MAX_TOKEN, { each: true })
  tokens!: string[];
}

/** The response to an anonymous report. It is the same for known and unknown credentials. */
export class LeakAcceptedResponse {
  @ApiProperty({ example: true })
  success!: boolean;
}

class LeakDto {
  @ApiProperty({ description: 'Index in the list of the request.', example: 0 })
  index!: number;

  @ApiProperty({ enum: ['revoked', 'already_revoked', 'unknown'] })
  outcome!: LeakResult;
}

/** The response to a report with a personal token. */
export class LeakReportResponse extends LeakAcceptedResponse {
  @ApiProperty({ type: [LeakDto] })
  resultList!: LeakDto[];

  @ApiProperty({ example: 1 })
  resultCount!: number;
}
