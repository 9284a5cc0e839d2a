import type { Mail } from '../../platform/mail/mailer.js';

/**
 * The mail that invites someone to a company. The token stands after the `#` of the link, which browsers keep to
 * themselves, so that it ends in no server's log.
 */
export function invitationMail(to: string, company: string, publicUrl: string, raw: string): Mail {
  const text = [
    `You are invited to ${company} on the EUDR platform.`,
    '',
    'Open this link within 7 days to accept. It works once.',
    '',
    `${publicUrl}/console/invitation#${raw}`,
    '',
    'If you know nothing of this, do nothing: the invitation ends by itself.',
  ];
  return { to, subject: `Invitation to ${oneLine(company)}`, text: text.join('\n') };
}

/** A company's name may hold line breaks, which in a subject would begin another header. */
function oneLine(text: string): string {
  return text.replace(/[\s\p{Cc}]+/gu, ' ').trim();
}
