import { ApiProperty } from '@nestjs/swagger';
import type { BodyBounds } from '../../../platform/http/body/body-bounds.js';
import { ArrayMaxSize, ArrayNotEmpty, IsArray, IsString, MaxLength } from 'class-validator';
import type { LeakResult } from '../../../credentials/leaks/leaks.service.js';

/** Credentials in one report without a credential. */
export const MAX_FROM_ANYONE = 100;
/** Credentials in one report with a personal token. */
export const MAX_FROM_OPERATORS = 10_000;
const MAX_TOKEN = 4096;
const KILOBYTE = 1024;

/** Tokens of half a kilobyte, as JWTs are, from operators; from anyone a hundred texts of 4 kB. */
export const LEAK_REPORT_BODY: Partial<BodyBounds> = {
  bytes: (MAX_FROM_OPERATORS / 2) * KILOBYTE,
  anonymousBytes: 512 * KILOBYTE,
  values: MAX_FROM_OPERATORS + 10,
  items: MAX_FROM_OPERATORS,
};

/** Credentials that were found in the open. */
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

/** The answer to a report without a credential: alike for known and unknown ones. */
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

/** The answer to a report with a personal token. */
export class LeakReportResponse extends LeakAcceptedResponse {
  @ApiProperty({ type: [LeakDto] })
  resultList!: LeakDto[];

  @ApiProperty({ example: 1 })
  resultCount!: number;
}
