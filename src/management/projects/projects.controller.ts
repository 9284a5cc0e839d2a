import { Controller, Get, Query } from '@nestjs/common';
import { ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import { Person } from '../../auth/principal/caller.js';
import type { UserPrincipal } from '../../auth/principal/principal.js';
import { RequireUser } from '../../auth/guard/require-roles.js';
import { ROLES } from '../../auth/principal/roles.js';
import { type ListAnswer, ListsOf, PageQuery, pageOf } from '../../platform/http/lists.js';

class ProjectItem {
  @ApiProperty({ description: 'The slug of the company: `{company}` of the paths.', example: 'acme' })
  name!: string;

  @ApiProperty({ description: 'The name of the company.', example: 'Acme GmbH' })
  description!: string;

  @ApiProperty({ example: 'com_01kan2x5v6fkrb3m1s3c1v9y7t' })
  id!: string;

  @ApiProperty({ enum: ROLES, isArray: true, description: 'What the caller may do there.' })
  roles!: readonly string[];
}

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
