import { Controller, Get, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { Person } from '../../auth/principal/caller.js';
import type { UserPrincipal } from '../../auth/principal/principal.js';
import { RequireUser } from '../../auth/guard/require-roles.js';
import { PageQuery } from '../../platform/http/dto/page-query.dto.js';
import { type ListAnswer, ListsOf, pageOf } from '../../platform/http/lists.js';
import { ProjectItem } from './dto/project.dto.js';

/** The companies that a person belongs to. */
@ApiTags('Management: projects')
@Controller('apiops/projects')
export class ProjectsController {
  @Get()
  @RequireUser()
  @ApiOperation({ operationId: 'listProjects', summary: 'The companies that the caller belongs to' })
  @ListsOf(ProjectItem)
  list(@Person() { memberships }: UserPrincipal, @Query() query: PageQuery): ListAnswer<ProjectItem> {
    const projects = memberships.map(({ company: { id, slug, name }, roles }) => ({
      name: slug,
      description: name,
      id,
      roles,
    }));
    return pageOf(projects, query);
  }
}
