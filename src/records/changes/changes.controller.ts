import { Controller, Get, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { CurrentIntegration } from '../../auth/principal/current-caller.js';
import type { IntegrationPrincipal } from '../../auth/principal/principal.js';
import { RequireAnyScope } from '../../auth/guard/require-scopes.js';
import { CommonErrors } from '../../platform/errors/common.errors.js';
import { ApiErrors } from '../../platform/http/api-errors.js';
import { ChangesResponse, ChangesQuery } from './dto/change.dto.js';
import { type Owner, ownerOf } from '../../integrations/owner.js';
import { RecordRegistry } from '../record-types/record-registry.js';
import type { EntityType } from '../record-types/record-type.js';
import { decodeChangeCursor, encodeChangeCursor } from './change-cursor.js';
import { ChangeFeed, type ChangePage } from './change-feed.js';
import { ChangeErrors } from './changes.errors.js';

/** Route of the change feed. */
@ApiTags('Integration: sync')
@Controller('api/v1/integration/changes')
export class ChangesController {
  constructor(
    private readonly feed: ChangeFeed,
    private readonly registry: RecordRegistry,
  ) {}

  @Get()
  @RequireAnyScope('integration:suppliers:read', 'integration:products:read', 'integration:batches:read')
  @ApiOperation({
    operationId: 'listChanges',
    summary: 'List record changes in order',
    description:
      'Lists the record types whose read scope the token has. No change is ever skipped. A change ' +
      'may appear twice. Changes are kept for 30 days by default. To start without a gap: request `cursor=latest`, ' +
      'read the full lists, then continue from that cursor.',
  })
  @ApiOkResponse({ type: ChangesResponse })
  @ApiErrors(CommonErrors.validation, ChangeErrors.cursorExpired)
  async changes(
    @CurrentIntegration() caller: IntegrationPrincipal,
    @Query() { cursor }: ChangesQuery,
  ): Promise<ChangesResponse> {
    const owner = ownerOf(caller);
    const { changes, next, hasMore } = await this.page(owner, cursor, this.visibleTo(caller));
    return { changes, nextCursor: encodeChangeCursor(next, owner.integrationId), hasMore };
  }

  private async page(owner: Owner, cursor: string | undefined, visible: EntityType[]): Promise<ChangePage> {
    if (cursor === 'latest') return { changes: [], next: await this.feed.latest(owner), hasMore: false };
    const after = cursor === undefined ? undefined : decodeChangeCursor(cursor, owner.integrationId);
    return this.feed.after(owner, after, visible);
  }

  private visibleTo({ scopes }: IntegrationPrincipal): EntityType[] {
    const readable = this.registry.all().filter(({ readScope }) => scopes.includes(readScope));
    return readable.map(({ entityType }) => entityType);
  }
}
