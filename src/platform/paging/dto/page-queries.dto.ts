import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsString, MaxLength } from 'class-validator';
import { Optional } from '../../http/optional.js';
import type { PageRequest } from '../page.js';
import { MAX_REACH, requireReach } from '../page-reach.js';
import { PositiveInteger } from '../positive-integer.js';

const MAX_CURSOR = 2000;
const MAX_ROWS = 100;
const DEFAULT_ROWS = 50;
const DEFAULT_COMPANIES_ROWS = 20;

const reachOf = (size: string): string =>
  `page × ${size} must not exceed ${MAX_REACH}. Use \`cursor\` for deeper pages.`;

/** Query of a list that continues from a cursor. */
export class CursorQuery {
  @ApiPropertyOptional({
    type: String,
    maxLength: MAX_CURSOR,
    description: '`nextCursor` of the previous page. Use it instead of `page`; it is fast on every page.',
  })
  @Optional()
  @IsString()
  @MaxLength(MAX_CURSOR)
  cursor?: string;
}

/** Query of a list without page numbers. */
export class CursorAndLimitQuery extends CursorQuery {
  @PositiveInteger({
    default: DEFAULT_ROWS,
    description: `Rows per page. A higher value counts as ${MAX_ROWS}.`,
  })
  limit: number = DEFAULT_ROWS;

  static toPage({ limit, cursor }: CursorAndLimitQuery): PageRequest {
    return { page: 1, size: Math.min(limit, MAX_ROWS), ...(cursor === undefined ? {} : { cursor }) };
  }
}

/** Query of a list with a page number or a cursor, as most surfaces have it. */
export class PageAndLimitQuery extends CursorAndLimitQuery {
  @PositiveInteger({ default: 1, description: reachOf('limit') })
  page: number = 1;

  /** @throws VALIDATION_ERROR if the page number reaches too far */
  static override toPage({ page, limit, cursor }: PageAndLimitQuery): PageRequest {
    return requireReach({ page, size: Math.min(limit, MAX_ROWS), cursor }, 'limit');
  }
}

/** `PageAndLimitQuery` in the form of the management API. */
export class PageAndSizeQuery extends CursorQuery {
  @PositiveInteger({ default: 1, description: reachOf('size') })
  page: number = 1;

  @PositiveInteger({ default: DEFAULT_ROWS, maximum: MAX_ROWS })
  size: number = DEFAULT_ROWS;

  /** @throws VALIDATION_ERROR if the page number reaches too far */
  static toPage({ page, size, cursor }: PageAndSizeQuery): PageRequest {
    return requireReach({ page, size, cursor }, 'size');
  }
}

/** `PageAndLimitQuery` in the form of the companies API. Its responses link to the next page. */
export class PageAndPageSizeQuery extends CursorQuery {
  @PositiveInteger({ default: 1, description: reachOf('page_size') })
  page: number = 1;

  @PositiveInteger({ default: DEFAULT_COMPANIES_ROWS, maximum: MAX_ROWS })
  page_size: number = DEFAULT_COMPANIES_ROWS;

  /** @throws VALIDATION_ERROR if the page number reaches too far */
  static toPage({ page, page_size, cursor }: PageAndPageSizeQuery): PageRequest {
    return requireReach({ page, size: page_size, cursor }, 'page_size');
  }
}
