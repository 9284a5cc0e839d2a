import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';

const FOLDER = 'node_modules/.cache/releases';
const EXAMPLE = 'node scripts/build-release.js 6acf999';

/** Builds a commit of this repository with the packages of its own lockfile, unless that was done before. */
function buildRelease(commit) {
  const folder = join(FOLDER, commit);
  if (existsSync(folder)) return;
  const work = `${folder}.new`;
  rmSync(work, { recursive: true, force: true });
  mkdirSync(work, { recursive: true });
  const run = (program, ...options) =>
    execFileSync(program, options, { cwd: work, stdio: ['ignore', 'ignore', 'inherit'] });
  process.stdout.write(`Builds ${commit} in ${folder}.\n`);
  execFileSync('sh', ['-c', `git archive ${commit} | tar -x -C ${work}`], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  run('npm', 'ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error');
  run('npm', 'run', '--silent', 'build');
  renameSync(work, folder);
}

const [commit, ...more] = process.argv.slice(2);
if (!/^[0-9a-f]{7,40}$/.test(commit ?? '') || more.length > 0) {
  process.stderr.write(`Give one commit: ${EXAMPLE}\n`);
  process.exit(1);
}
buildRelease(commit);
