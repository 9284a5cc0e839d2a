import { Injectable, type PipeTransform } from '@nestjs/common';
import type { IntegrationCaller } from './audiences.js';
import { IntegrationsService } from './integrations.service.js';

/**
 * Checks that the integration of a call belongs to the company of the caller.
 * @throws NOT_FOUND
 */
@Injectable()
export class OwnedIntegrationPipe implements PipeTransform<IntegrationCaller, Promise<IntegrationCaller>> {
  constructor(private readonly integrations: IntegrationsService) {}

  async transform(caller: IntegrationCaller): Promise<IntegrationCaller> {
    const { companyId, integrationId } = caller.owner;
    await this.integrations.find(companyId, integrationId);
    return caller;
  }
}
