import { User } from '../../../src/identity/users/user.entity.js';
import { Passwords } from '../../../src/identity/passwords/passwords.js';
import type { Tx } from '../../../src/platform/database/database.js';

/** The password of everyone in the tests who can sign in. */
export const PASSWORD = 'correct horse battery';

/** Hashing takes long, so all share one hash. */
let usualHash: Promise<string> | undefined;

/** Lets a person sign in with `PASSWORD`. */
export async function givePassword(tx: Tx, userId: string): Promise<void> {
  usualHash ??= new Passwords().hash(PASSWORD);
  await tx.manager.update(User, { id: userId }, { passwordHash: await usualHash });
}
