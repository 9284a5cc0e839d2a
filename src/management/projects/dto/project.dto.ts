import { ApiProperty } from '@nestjs/swagger';
import { ROLES } from '../../../auth/principal/roles.js';

/** A company, as its members see it. */
export class ProjectDto {
  @ApiProperty({ description: 'Slug of the company, for `{company}` in paths.', example: 'acme' })
  name!: string;

  @ApiProperty({ description: 'The name of the company.', example: 'Acme GmbH' })
  description!: string;

  @ApiProperty({ example: 'com_01kan2x5v6fkrb3m1s3c1v9y7t' })
  id!: string;

  @ApiProperty({ enum: ROLES, isArray: true, description: 'Your roles in the company.' })
  roles!: readonly string[];
}
