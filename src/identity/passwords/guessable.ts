/** Names of this product, as people type them. */
const PRODUCT_NAMES = ['eudr', 'eudr platform', 'eudrplatform'];
/** Number of characters that people add to a word, such as a year or `123!`. */
const MAX_ADDED = 4;
const MIN_DIFFERENT_CHARACTERS = 5;

let common: Promise<ReadonlySet<string>> | undefined;

/**
 * Returns why a new password is easy to guess; undefined if it is not.
 * It refuses one of the 49,000 most common passwords, the person's email address or its local part, and the
 * name of the company or the product, each with up to four characters before or after it. It also refuses too
 * few different characters.
 * @param names the email address and the names of the company
 * @see https://pages.nist.gov/800-63-4/sp800-63b.html, section 3.1.1.2; OWASP ASVS 5.0, 6.2.4 and 6.2.11
 */
export async function whyGuessable(password: string, names: readonly string[]): Promise<string | undefined> {
  const plain = simplified(password);
  if (new Set(plain).size < MIN_DIFFERENT_CHARACTERS) return 'must have at least 5 different characters';
  const cores = coresOf(plain);
  const theirs = new Set([...PRODUCT_NAMES, ...names.flatMap(partsOf)].map(simplified));
  if (cores.some((core) => theirs.has(core)))
    return 'must not be your name, the name of your company or of the product';
  const known = await commonPasswords();
  return cores.some((core) => known.has(core)) ? 'is too common; use a longer phrase' : undefined;
}

/** Loads the list when the first password is set. */
function commonPasswords(): Promise<ReadonlySet<string>> {
  common ??= import('@zxcvbn-ts/language-common').then(
    ({ dictionary }) => new Set(dictionary['passwords-common']),
  );
  return common;
}

/** Returns the text, and the text without some characters at one end. */
function coresOf(text: string): string[] {
  const added = Array.from({ length: MAX_ADDED + 1 }, (_, count) => count);
  return added.flatMap((count) => [text.slice(count), text.slice(0, text.length - count)]);
}

function partsOf(name: string): string[] {
  const [local = ''] = name.split('@');
  return name.includes('@') ? [name, local] : [name];
}

/** Converts to lower case and removes spaces, hyphens, dots and underscores. */
function simplified(text: string): string {
  return text
    .normalize('NFKC')
    .toLowerCase()
    .replaceAll(/[\s._-]/g, '');
}
