import { shownMaker } from '../../../audit/audit-context.js';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn } from 'class-validator';
import { PageAndPageSizeQuery } from '../../../platform/paging/dto/page-queries.dto.js';
import { IsExactText, IsInstant, IsName } from '../../../platform/http/validation.js';
import {
  PRIVATE_TOKEN_ORDERS,
  type PrivateTokenOrder,
  type PrivateTokenQuery,
  type PrivateTokenSummary,
} from '../private-tokens.service.js';
import { MAX_NAME } from '../../../platform/values/name.js';
import { Optional } from '../../../platform/http/optional.js';

/** The body of `POST /auth/private_tokens/`. */
export class PrivateTokenRequest {
  @ApiProperty({ maxLength: MAX_NAME, example: 'nightly sync' })
  @IsName(MAX_NAME)
  name!: string;

  @ApiProperty({
    format: 'date-time',
    description: 'At most 366 days ahead. Fractions of a second are cut off. Cannot be changed.',
    example: '2027-01-31T00:00:00Z',
  })
  @IsInstant()
  expiration_time!: string;
}

/** Query of a list of private tokens. */
export class PrivateTokenListQuery extends PageAndPageSizeQuery {
  @ApiPropertyOptional({ enum: PRIVATE_TOKEN_ORDERS, default: '-created' })
  @Optional()
  @IsIn(PRIVATE_TOKEN_ORDERS)
  ordering: PrivateTokenOrder = '-created';

  @ApiPropertyOptional({
    description: 'Part of the name. Searches the newest 10,000 tokens.',
    maxLength: 255,
  })
  @Optional()
  @IsExactText(255)
  q?: string;

  static toQuery({ ordering, q }: PrivateTokenListQuery): PrivateTokenQuery {
    return { order: ordering, ...(q === undefined ? {} : { text: q }) };
  }
}

/** A private token without its JWT. */
export class PrivateTokenResponse {
  @ApiProperty({ example: 'prv_01kan2x5v6fkrb3m1s3c1v9y7t' })
  id!: string;

  @ApiProperty({ example: 'nightly sync' })
  name!: string;

  @ApiProperty({ format: 'date-time', example: '2027-01-31T00:00:00.000Z' })
  expiration_time!: string;

  @ApiProperty({
    description: 'Id of the credential that created it, or `unknown`.',
    example: 'ses_01kan2x5v6fkrb3m1s3c1v9y7t',
  })
  made_by!: string;

  @ApiProperty({
    type: [String],
    description: 'Id of the company in which it acts. Empty after you left the company and joined again.',
    example: ['com_01kan2x5v6fkrb3m1s3c1v9y7t'],
  })
  companies!: string[];

  static of({ id, name, expiresAt, madeBy, companies }: PrivateTokenSummary): PrivateTokenResponse {
    return { id, name, expiration_time: expiresAt, made_by: shownMaker(madeBy), companies };
  }
}

/** The response of `POST /auth/private_tokens/`. */
export class NewPrivateTokenResponse extends PrivateTokenResponse {
  @ApiProperty({ description: 'The JWT, for `Authorization: Bearer`. Shown only once.' })
  data!: string;
}

/** The response of `GET /auth/private_tokens/`. */
export class PrivateTokenListResponse {
  @ApiProperty({ description: 'Number of tokens on all pages.', example: 1 })
  count!: number;

  @ApiProperty({ type: String, nullable: true, description: 'URL of the next page.' })
  next!: string | null;

  @ApiProperty({ type: String, nullable: true, description: 'URL of the previous page.' })
  previous!: string | null;

  @ApiProperty({ type: [PrivateTokenResponse] })
  results!: PrivateTokenResponse[];
}
