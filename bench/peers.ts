import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

/** The programs from npm that are measured beside ours. */
export interface Peers {
  /** The path of a file of a peer's package; undefined when it could not be installed. */
  pathOf(name: string, file: string): string | undefined
}

/** Installs what bench/peers/package.json names, when it is not there. */
export async function installPeers(): Promise<Peers> {
  const folder = join(import.meta.dirname, 'peers')
  const wanted = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as {
    dependencies: Record<string, string>
  }
  const isThere = (name: string) => existsSync(join(folder, 'node_modules', name, 'package.json'))
  const names = Object.keys(wanted.dependencies)
  if (!names.every(isThere)) {
    process.stdout.write('Installing the peers …\n')
    const npm = spawnSync('npm', ['install', '--no-audit', '--no-fund', '--no-save'], {
      cwd: folder,
      encoding: 'utf8',
    })
    if (npm.status !== 0) process.stderr.write(`npm could not install them: ${npm.stderr}\n`)
  }
  const require = createRequire(join(folder, 'package.json'))
  return {
    pathOf: (name, file) =>
      isThere(name) ? join(dirname(require.resolve(`${name}/package.json`)), file) : undefined,
  }
}
