import { ApiProperty } from '@nestjs/swagger';
import { ArrayMaxSize, ArrayNotEmpty, ArrayUnique, IsArray, IsString, MaxLength } from 'class-validator';

const MAX_COMPANIES = 1_000;
const MAX_NAME = 80;

/** The companies in which a token may act. */
export class TokenCompaniesRequest {
  @ApiProperty({
    type: [String],
    description: 'Ids of your companies.',
    example: ['com_01kan2x5v6fkrb3m1s3c1v9y7t'],
    maxItems: MAX_COMPANIES,
  })
  @IsArray()
  @ArrayNotEmpty()
  @ArrayMaxSize(MAX_COMPANIES)
  @ArrayUnique({ message: 'companies must not contain duplicates' })
  @IsString({ each: true })
  @MaxLength(MAX_NAME, { each: true })
  companies!: string[];
}
