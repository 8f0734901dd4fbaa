// Makes a checkout ready: installs what the lock file names when it is missing, and with `--build`
// builds when the sources have changed. It runs on the Node.js that started npm, before the one
// that Boathouse brings is there, so it keeps to what old versions can parse.
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { arch, platform } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = dirname(dirname(fileURLToPath(import.meta.url)))

/** What is wrong with this version of Node.js, or undefined. */
export function nodeProblem(version) {
  const parts = version.replace(/^v/, '').split('.').map(Number)
  const enough = parts[0] > 20 || (parts[0] === 20 && parts[1] >= 19)
  if (enough) return undefined
  return (
    'Boathouse needs Node.js 20.19 or newer to install itself (it then brings its own Node.js 24). ' +
    'This is ' +
    version +
    '. Install a newer one from https://nodejs.org and run the command again.'
  )
}

/**
 * The packages that the lock file asks for on this machine and that `node_modules` lacks, or has in
 * another version. npm keeps the record of what it installed in `node_modules/.package-lock.json`.
 */
export function missingPackages(lock, installed, host) {
  const missing = []
  for (const path of Object.keys(lock.packages)) {
    const wanted = lock.packages[path]
    if (path === '' || wanted.link) continue
    if (wanted.optional) {
      // An optional package may be absent; only the Node.js for this very machine may not.
      if (!path.startsWith('node_modules/node-')) continue
      if (!fits(wanted.os, host.os) || !fits(wanted.cpu, host.cpu)) continue
    }
    const found = installed.packages[path]
    if (!found || found.version !== wanted.version) missing.push(path + '@' + wanted.version)
  }
  return missing
}

/** npm's `os` and `cpu` lists: names that fit, or names with a `!` that do not. */
function fits(list, value) {
  if (!list) return true
  return list.includes(value) || (list[0][0] === '!' && !list.includes('!' + value))
}

function readJson(path) {
  return existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : undefined
}

function run(command, args) {
  const result = spawnSync(command, args, { cwd: root, stdio: 'inherit' })
  if (result.error) throw result.error
  return result.status === null ? 1 : result.status
}

function install() {
  const lock = readJson(join(root, 'package-lock.json'))
  const installed = readJson(join(root, 'node_modules', '.package-lock.json'))
  const missing = missingPackages(lock, installed || { packages: {} }, {
    os: platform(),
    cpu: arch(),
  })
  if (missing.length === 0) return 0
  console.log('Installing ' + missing.length + ' packages that are missing (npm ci) …')
  const npm = process.env.npm_execpath
  const args = [
    'ci',
    '--prefer-offline',
    '--no-audit',
    '--no-fund',
    '--include=dev',
    '--include=optional',
  ]
  const status =
    npm && npm.endsWith('.js') ? run(process.execPath, [npm].concat(args)) : run('npm', args)
  if (status !== 0) {
    console.error(
      'npm ci failed. It needs the package registry (or an npm cache that has been filled): ' +
        'check the connection and `npm config get registry`, then run the command again.',
    )
  }
  return status
}

function main() {
  const problem = nodeProblem(process.version)
  if (problem) {
    console.error(problem)
    return 1
  }
  const status = install()
  if (status !== 0) return status
  if (!process.argv.includes('--build')) return 0
  return run(join(root, 'bin', 'node24'), [join(root, 'scripts', 'build.ts'), '--if-stale'])
}

if (process.argv[1] && fileURLToPath(import.meta.url) === process.argv[1]) process.exit(main())
