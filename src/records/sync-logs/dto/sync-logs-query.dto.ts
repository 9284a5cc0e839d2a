import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn } from 'class-validator';
import { PageAndLimitQuery } from '../../../platform/paging/dto/page-queries.dto.js';
import { LOGGED_TYPES, type LoggedType, RUN_STATUSES, type RunStatus } from '../sync-log.entity.js';
import { Optional } from '../../../platform/http/optional.js';

/** Query of the sync logs. */
export class SyncLogsQuery extends PageAndLimitQuery {
  @ApiPropertyOptional({ enum: LOGGED_TYPES })
  @Optional()
  @IsIn(LOGGED_TYPES, { message: `entityType must be one of ${LOGGED_TYPES.join(', ')}` })
  entityType?: LoggedType;

  @ApiPropertyOptional({ enum: RUN_STATUSES })
  @Optional()
  @IsIn(RUN_STATUSES, { message: `status must be one of ${RUN_STATUSES.join(', ')}` })
  status?: RunStatus;
}
