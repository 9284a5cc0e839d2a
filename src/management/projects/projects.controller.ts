import { Controller, Get, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { CurrentUser } from '../../auth/principal/current-caller.js';
import type { MemberOf, UserPrincipal } from '../../auth/principal/principal.js';
import { RequireUser } from '../../auth/guard/require-roles.js';
import { PageAndSizeQuery } from '../../platform/paging/dto/page-queries.dto.js';
import { type ListResponse, listOf, ListsOf } from '../../platform/paging/lists.js';
import { mapPage } from '../../platform/paging/page.js';
import { heldPage, idKey } from '../../platform/paging/read-page.js';
import { COMPANY_ID_PREFIX } from '../../identity/companies/company.entity.js';
import { ProjectDto } from './dto/project.dto.js';

const BY_ID = idKey('id', COMPANY_ID_PREFIX);

/** The companies of the caller. */
@ApiTags('Projects')
@Controller('apiops/projects')
export class ProjectsController {
  @Get()
  @RequireUser()
  @ApiOperation({ operationId: 'listProjects', summary: 'List your companies' })
  @ListsOf(ProjectDto)
  list(
    @CurrentUser() { memberships }: UserPrincipal,
    @Query() query: PageAndSizeQuery,
  ): ListResponse<ProjectDto> {
    const byId = { key: BY_ID, of: ({ company }: MemberOf) => company.id };
    return listOf(mapPage(heldPage(memberships, byId, PageAndSizeQuery.toPage(query)), projectOf));
  }
}

function projectOf({ company: { id, slug, name }, roles }: MemberOf): ProjectDto {
  return { name: slug, description: name, id, roles };
}
