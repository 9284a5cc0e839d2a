import { Inject, Injectable } from '@nestjs/common';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Config } from '../config/config.js';
import { CONFIG } from '../config/config.module.js';
import { newId } from '../ids/ids.js';
import { LOGGER, type Logger } from '../logging/logger.js';
import type { Mail } from './mail.js';
import { MAIL_ID_PREFIX } from './queued-mail.entity.js';

const FOLDER = 'outbox';
const OWNER_ONLY = { file: 0o600, folder: 0o700 };

/**
 * Writes each message to its own file in `DATA_DIR/outbox`, for an operator to forward. The file names sort
 * by time. The log names the file and contains nothing of the text.
 */
@Injectable()
export class MailFiles {
  constructor(
    @Inject(CONFIG) private readonly config: Pick<Config, 'DATA_DIR'>,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** Logs an error if a message cannot be written. The link in it can be created again. */
  async write({ to, subject, text }: Mail): Promise<void> {
    const folder = join(this.config.DATA_DIR, FOLDER);
    const file = join(folder, `${newId(MAIL_ID_PREFIX)}.txt`);
    try {
      await mkdir(folder, { recursive: true, mode: OWNER_ONLY.folder });
      await writeFile(file, `To: ${to}\nSubject: ${subject}\n\n${text}\n`, {
        flag: 'wx',
        mode: OWNER_ONLY.file,
      });
      this.logger.info({ file, subject }, 'mail written');
    } catch (error) {
      this.logger.error(
        { err: error, subject },
        'mail not written; create the invitation again, or send its link to the person yourself',
      );
    }
  }
}
