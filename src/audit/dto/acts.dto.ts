import { ApiProperty } from '@nestjs/swagger';
import type { CredentialActs } from '../credential-acts.js';

/** Something that a credential created or changed. */
class ActedOn {
  @ApiProperty({ example: 'webhook' })
  kind!: string;

  @ApiProperty({ example: 'wh_01kan2x5v6fkrb3m1s3c1v9y7t' })
  id!: string;

  @ApiProperty({ description: 'Name or host, cut to 80 characters.', example: 'erp.acme.example' })
  name!: string;
}

/** Things that a credential created and changed, for the responses to its revocation. */
export class ActsOfCredential implements CredentialActs {
  @ApiProperty({ type: [ActedOn] })
  made!: ActedOn[];

  @ApiProperty({ type: [ActedOn], description: 'Objects that the credential changed but did not create.' })
  changed!: ActedOn[];

  @ApiProperty({ description: 'Number of objects that are not listed.', example: 0 })
  more!: number;
}
