import { ApiProperty } from '@nestjs/swagger';
import { ArrayNotEmpty, ArrayUnique, IsArray, IsIn, IsString, MaxLength } from 'class-validator';
import type { InvitationSummary, SentInvitation } from '../../../identity/invitations/invitations.service.js';
import { type Role, ROLES } from '../../../auth/principal/roles.js';
import type { Member } from '../../../identity/users/users.service.js';

const MAX_EMAIL = 254;

/** Roles to grant. */
export class RolesRequest {
  @ApiProperty({ enum: ROLES, isArray: true, example: ['ROLE_VIEWER'] })
  @IsArray()
  @ArrayNotEmpty()
  @ArrayUnique({ message: 'roles must not contain duplicates' })
  @IsIn(ROLES, { each: true, message: `each of roles must be one of ${ROLES.join(', ')}` })
  roles!: Role[];
}

/** The invited person's address and roles. */
export class InvitationRequest extends RolesRequest {
  @ApiProperty({ format: 'email', maxLength: MAX_EMAIL, example: 'ada@acme.example' })
  @IsString()
  @MaxLength(MAX_EMAIL)
  email!: string;
}

/** A member of a company. */
export class UserDto {
  @ApiProperty({ example: 'usr_01kan2x5v6fkrb3m1s3c1v9y7t' })
  id!: string;

  @ApiProperty({ example: 'ada@acme.example' })
  email!: string;

  @ApiProperty({ enum: ROLES, isArray: true })
  roles!: Role[];

  @ApiProperty({ description: 'Whether the email address is verified.' })
  verified!: boolean;

  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  disabledAt!: string | null;

  @ApiProperty({ format: 'date-time', description: 'When the user joined the company.' })
  createdAt!: string;
}

/** A member after a change. */
export class UserResponse {
  @ApiProperty({ example: true })
  success!: boolean;

  @ApiProperty({ type: UserDto })
  user!: UserDto;

  static of(user: Member): UserResponse {
    return { success: true, user };
  }
}

/** An open invitation, without its link. */
export class OpenInvitationDto {
  @ApiProperty({ example: 'inv_01kan2x5v6fkrb3m1s3c1v9y7t' })
  id!: string;

  @ApiProperty({ example: 'ada@acme.example' })
  email!: string;

  @ApiProperty({ enum: ROLES, isArray: true })
  roles!: Role[];

  @ApiProperty({
    type: String,
    nullable: true,
    description: 'Id of the member who sent it. null: the operator.',
  })
  invitedBy!: string | null;

  @ApiProperty({ format: 'date-time' })
  expiresAt!: string;

  static of({ id, email, roles, invitedBy, expiresAt }: InvitationSummary): OpenInvitationDto {
    return { id, email, roles, invitedBy, expiresAt: expiresAt.toISOString() };
  }
}

class InvitationDto {
  @ApiProperty({ example: 'inv_01kan2x5v6fkrb3m1s3c1v9y7t' })
  id!: string;

  @ApiProperty({ example: 'ada@acme.example' })
  email!: string;

  @ApiProperty({ enum: ROLES, isArray: true })
  roles!: Role[];

  @ApiProperty({ format: 'date-time' })
  expiresAt!: string;

  @ApiProperty({
    description: 'Link to accept the invitation. Works once, until it expires. Shown only once.',
    example: 'https://eudr.example/console/invitation#eudr_inv_…',
  })
  link!: string;
}

/** A new invitation with its link. */
export class InvitationResponse {
  @ApiProperty({ example: true })
  success!: boolean;

  @ApiProperty({ type: InvitationDto })
  invitation!: InvitationDto;

  static of({ id, email, roles, expiresAt, link }: SentInvitation): InvitationResponse {
    return { success: true, invitation: { id, email, roles, expiresAt: expiresAt.toISOString(), link } };
  }
}
