import { Inject, Injectable } from '@nestjs/common';
import { In, IsNull, MoreThan } from 'typeorm';
import type { Config } from '../../platform/config/config.js';
import { CONFIG } from '../../platform/config/config.module.js';
import { requireRoom } from '../../platform/database/cap.js';
import { Database, type Tx } from '../../platform/database/database.js';
import { dialect } from '../../platform/database/dialect.js';
import { toSqlInstant } from '../../platform/database/instant.js';
import { newId } from '../../platform/ids/ids.js';
import { mapPage, type Page, type PageRequest } from '../../platform/paging/page.js';
import { idKey, instantKey, readEntities } from '../../platform/paging/read-page.js';
import { Mailer } from '../../platform/mail/mailer.js';
import { DAY_MS } from '../../platform/values/time.js';
import { Company } from '../companies/company.entity.js';
import { type AuditContext, makerOf } from '../../audit/audit-context.js';
import { AuditLog } from '../../audit/audit-log.js';
import { CredentialRows } from '../../auth/credentials/credential-rows.js';
import { shortenedExpiry } from '../../auth/credentials/lifetime.js';
import {
  type HashedCredential,
  type LeakAuditContext,
  leakDetails,
  type LeakRevoker,
} from '../../auth/credentials/leak-revoker.js';
import { isSecretForm, newSecret } from '../../auth/credentials/secret-token.js';
import { hashToken } from '../../auth/credentials/token-format.js';
import { requireEmail } from '../users/email.js';
import { noSuchInvitation } from './invitations.errors.js';
import { Invitation, INVITATION_ID_PREFIX } from './invitation.entity.js';
import { invitationLink, invitationMail } from './invitation-mail.js';
import { LockedMembers } from '../members/locked-members.js';
import type { Role } from '../../auth/principal/roles.js';
import { User } from '../users/user.entity.js';
import { UserErrors } from '../users/users.errors.js';
import { requireRoles } from '../users/users.service.js';

const LIVES_MS = 7 * DAY_MS;
const OPEN = 'company_id = ? AND accepted_at IS NULL AND expires_at > ?';

export interface NewInvitation {
  companyId: string;
  email: string;
  roles: readonly Role[];
  /**
   * Audit context of the inviter: a member who holds the granted roles now and at acceptance, or the
   * operator, who has no such limit.
   */
  by: AuditContext;
}

/** An invitation as members of the company see it, without its link. */
export type InvitationSummary = Pick<Invitation, 'id' | 'email' | 'roles' | 'invitedBy' | 'expiresAt'>;

/** An invitation as its sender sees it, in this response only. */
export interface SentInvitation extends InvitationSummary {
  /**
   * A person with this link may accept once, until it expires. It differs from the link in the mail and does
   * not prove an email address.
   */
  link: string;
}

/** A valid invitation. `mailed` is true if it was found by the token that only the mail contains. */
export interface ShownInvitation {
  invitation: Invitation;
  mailed: boolean;
}

/**
 * Creates and withdraws invitations. One link is in the mail and another in the response to the inviter.
 * Neither is stored.
 */
@Injectable()
export class InvitationsService implements LeakRevoker {
  readonly revokes = [INVITATION_ID_PREFIX];

  constructor(
    private readonly database: Database,
    private readonly mailer: Mailer,
    @Inject(CONFIG) private readonly config: Pick<Config, 'PUBLIC_URL' | 'MAX_INVITATIONS'>,
    private readonly audit: AuditLog,
    private readonly credentials: CredentialRows,
  ) {}

  /**
   * Invites a person for 7 days, or until the inviting token expires, if that is earlier.
   * The mail is sent after the commit. If that fails, it is logged, and the inviter can pass on the link in
   * the response. A new invitation replaces an earlier one, and its waiting mail.
   * @throws SIGN_IN_AGAIN
   * @throws FORBIDDEN
   * @throws CONFLICT if the person is already a member
   * @throws LIMIT_REACHED
   * @throws VALIDATION_ERROR for an invalid address or an empty list of roles
   * @throws RATE_LIMIT_EXCEEDED if the company has sent too many mails
   */
  async invite(tx: Tx, input: NewInvitation): Promise<SentInvitation> {
    const { companyId, by } = input;
    const [email, roles] = [requireEmail(input.email), requireRoles(input.roles)];
    const expiresAt = shortenedExpiry(by, new Date(Date.now() + LIVES_MS));
    const members = await LockedMembers.of(tx, companyId);
    await this.credentials.holdMaker(tx, by);
    members.requireHolder(by.actor, roles);
    const user = await tx.manager.findOneBy(User, { email });
    if (user && members.has(user.id)) throw UserErrors.alreadyMember.error();
    await tx.manager.delete(Invitation, { companyId, email, acceptedAt: IsNull() });
    await requireRoom(tx, {
      limit: this.config.MAX_INVITATIONS,
      lock: { table: 'companies', id: companyId },
      counted: `FROM invitations WHERE ${OPEN}`,
      values: [companyId, toSqlInstant(new Date())],
    });
    await this.mailer.withdraw(tx, { companyId, to: email });
    const [raw, mailed] = [newSecret('inv'), newSecret('inv')];
    const invitation = await this.insert(
      tx,
      { companyId, email, roles, expiresAt, invitedBy: by.actor.id, madeBy: makerOf(by) },
      { raw, mailed },
    );
    const { name } = await tx.manager.findOneByOrFail(Company, { id: companyId });
    const link = invitationLink(this.config.PUBLIC_URL, raw);
    const mail = invitationMail(name, invitationLink(this.config.PUBLIC_URL, mailed), expiresAt);
    await this.mailer.send(tx, { ...mail, companyId, to: email, expiresAt });
    const target = { kind: 'invitation', id: invitation.id, name: email };
    await this.audit.record(tx, { ...by, companyId, action: 'user.invited', target, details: { roles } });
    return { ...summaryOf(invitation), link };
  }

  /** Lists a company's open invitations, earliest expiry first. */
  async list(companyId: string, request: PageRequest): Promise<Page<InvitationSummary>> {
    const listing = {
      from: `invitations ${dialect.useIndex('ix_invitations_open')}`,
      where: OPEN,
      values: [companyId, toSqlInstant(new Date())],
      keys: [instantKey('expires_at'), idKey('id', INVITATION_ID_PREFIX)],
    };
    return mapPage(await readEntities(this.database, Invitation, listing, request), summaryOf);
  }

  /**
   * Withdraws an open invitation, so its links stop working.
   * @throws NOT_FOUND
   */
  async withdraw(tx: Tx, companyId: string, id: string, by: AuditContext): Promise<void> {
    const members = await LockedMembers.of(tx, companyId);
    if (!members.mayAct(by.actor)) throw UserErrors.forbidden.error();
    const invitation = await tx.manager.findOneBy(Invitation, { id, companyId, acceptedAt: IsNull() });
    const { affected } = await tx.manager.delete(Invitation, { id, companyId, acceptedAt: IsNull() });
    if (!invitation || !affected) throw noSuchInvitation.error();
    await this.mailer.withdraw(tx, { companyId, to: invitation.email });
    const target = { kind: 'invitation', id, name: invitation.email };
    await this.audit.record(tx, {
      ...by,
      companyId,
      action: 'invitation.withdrawn',
      target,
      details: {},
    });
  }

  /** @throws INVALID_INVITATION if the raw token belongs to no open invitation */
  async find(raw: string): Promise<ShownInvitation> {
    const hash = isSecretForm('inv', raw) ? hashToken(raw) : undefined;
    const invitation =
      hash === undefined
        ? null
        : await this.database.read((manager) =>
            manager.findOneBy(Invitation, [{ hash }, { mailHash: hash }]),
          );
    if (!invitation || invitation.acceptedAt || invitation.expiresAt.getTime() <= Date.now())
      throw UserErrors.invalidInvitation.error();
    return { invitation, mailed: invitation.mailHash === hash };
  }

  /**
   * Marks an invitation as accepted. Only one of several concurrent transactions succeeds.
   * @throws INVALID_INVITATION also if the inviter may no longer grant its roles
   */
  async use(tx: Tx, { id, companyId, email, roles, invitedBy }: Invitation): Promise<void> {
    const now = toSqlInstant(new Date());
    const claimed = await tx.write(
      'UPDATE invitations SET accepted_at = ? WHERE id = ? AND accepted_at IS NULL AND expires_at > ?',
      [now, id, now],
    );
    if (claimed === 0) throw UserErrors.invalidInvitation.error();
    await this.mailer.withdraw(tx, { companyId, to: email });
    const members = await LockedMembers.of(tx, companyId);
    if (invitedBy !== null && !members.mayGrant(invitedBy, roles)) throw UserErrors.invalidInvitation.error();
  }

  /**
   * Withdraws open invitations that a leaked credential sent.
   * @returns the number of invitations, at most `limit`
   */
  async withdrawLeaked(tx: Tx, credentialId: string, limit: number, by: LeakAuditContext): Promise<number> {
    const sent = await tx.manager.find(Invitation, {
      where: { madeBy: credentialId, acceptedAt: IsNull(), expiresAt: MoreThan(new Date()) },
      order: { id: 'ASC' },
      take: limit,
    });
    for (const invitation of sent) await this.withdrawOf(tx, invitation, by, leakDetails(by, credentialId));
    return sent.length;
  }

  async findByHash(tx: Tx, hashes: readonly string[]): Promise<HashedCredential[]> {
    const among = In([...hashes]);
    const found = await tx.manager.find(Invitation, { where: [{ hash: among }, { mailHash: among }] });
    return found.flatMap(({ id: credentialId, hash, mailHash }) =>
      [hash, mailHash].flatMap((one) =>
        one !== null && hashes.includes(one) ? [{ credentialId, hash: one }] : [],
      ),
    );
  }

  /** Withdraws invitations whose links leaked. */
  async endLeaked(tx: Tx, ids: readonly string[], by: LeakAuditContext): Promise<string[]> {
    const open = { id: In([...ids]), acceptedAt: IsNull(), expiresAt: MoreThan(new Date()) };
    const leaked = await tx.manager.find(Invitation, { where: open, order: { id: 'ASC' } });
    for (const invitation of leaked)
      await this.withdrawOf(tx, invitation, by, leakDetails(by, invitation.id));
    return leaked.map(({ id }) => id);
  }

  private async withdrawOf(
    tx: Tx,
    { id, companyId, email, roles }: Invitation,
    by: AuditContext,
    leak: Record<string, unknown>,
  ): Promise<void> {
    await tx.manager.delete(Invitation, { id, acceptedAt: IsNull() });
    await this.mailer.withdraw(tx, { companyId, to: email });
    const target = { kind: 'invitation', id, name: email };
    const details = { roles, ...leak };
    await this.audit.record(tx, { ...by, companyId, action: 'invitation.withdrawn', target, details });
  }

  private async insert(
    tx: Tx,
    offered: Pick<Invitation, 'companyId' | 'email' | 'roles' | 'expiresAt' | 'invitedBy' | 'madeBy'>,
    { raw, mailed }: { raw: string; mailed: string },
  ): Promise<Invitation> {
    const invitation = tx.manager.create(Invitation, {
      ...offered,
      id: newId(INVITATION_ID_PREFIX),
      hash: hashToken(raw),
      mailHash: hashToken(mailed),
      acceptedAt: null,
      createdAt: new Date(),
    });
    await tx.manager.insert(Invitation, invitation);
    return invitation;
  }
}

function summaryOf({ id, email, roles, invitedBy, expiresAt }: Invitation): InvitationSummary {
  return { id, email, roles, invitedBy, expiresAt };
}
