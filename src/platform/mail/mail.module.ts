import { Inject, Module, type OnModuleInit } from '@nestjs/common';
import { Background } from '../background/background.js';
import { sweep } from '../background/sweep.js';
import type { Config } from '../config/config.js';
import { CONFIG } from '../config/config.module.js';
import { MailFiles } from './mail-files.js';
import { MailJob } from './mail-job.js';
import { Mailer } from './mailer.js';
import { SmtpClient } from './smtp-client.js';

/** Sends mail through an SMTP server, or writes it to files. */
@Module({ providers: [Mailer, MailFiles, MailJob, SmtpClient], exports: [Mailer] })
export class MailModule implements OnModuleInit {
  constructor(
    private readonly background: Background,
    private readonly job: MailJob,
    @Inject(CONFIG) private readonly config: Pick<Config, 'MAIL_URL'>,
  ) {}

  onModuleInit(): void {
    if (this.config.MAIL_URL !== undefined) this.background.add(this.job);
    this.background.add(sweep('mail', () => this.job.sweep()));
  }
}
