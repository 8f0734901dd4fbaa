// `npm run test:clients`: the real outside world against a real server. It makes a Python
// environment of its own, starts a server, and runs every suite of this folder with nothing but
// the environment variables that `boathouse env` prints. Words after `--` go to pytest.
import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { serverTrouble } from './server-watch.ts'

const root = join(import.meta.dirname, '..', '..')
const here = import.meta.dirname
const work = join(root, '.work', 'clients')
const results = join(root, '.work', 'results')
const resultPath = join(results, 'test-clients.json')
const junitPath = join(results, 'test-clients.xml')

interface Totals {
  passed: number
  failed: number
  skipped: number
}

async function main(words: readonly string[]): Promise<number> {
  mkdirSync(work, { recursive: true })
  mkdirSync(results, { recursive: true })
  for (const path of [resultPath, junitPath]) rmSync(path, { force: true })

  const python = pythonEnvironment()
  const server = await startServer()
  let status: number
  try {
    status = await run(
      python,
      ['-m', 'pytest', '-ra', '--tb=short', `--junitxml=${junitPath}`, ...words],
      server,
    )
  } finally {
    await server.stop()
  }
  const totals = existsSync(junitPath) ? readJunit(readFileSync(junitPath, 'utf8')) : failedRun()
  // A server that does not stop cleanly has failed too, whatever its clients saw.
  if (server.exitStatus() !== 0) {
    process.stderr.write(`the server ended with status ${server.exitStatus()}: see ${server.log}\n`)
    process.stderr.write(`its last lines:\n${lastLines(server.log)}\n`)
    totals.failed += 1
  }
  if (totals.passed + totals.failed === 0) totals.failed = 1
  if (status !== 0 && totals.failed === 0) totals.failed = 1
  writeFileSync(resultPath, JSON.stringify(totals))
  process.stdout.write(
    `${totals.passed} passed, ${totals.failed} failed, ${totals.skipped} skipped\n`,
  )
  return totals.failed === 0 ? 0 : 1
}

/** A virtual environment with exactly the pinned requirements; kept until these or the Python change. */
function pythonEnvironment(): string {
  const found = ['python3', 'python3.13', 'python3.12', 'python3.11']
    .map((name) => ({ name, version: pythonVersion(name) }))
    .find(({ version }) => version !== undefined && version >= 311)
  if (!found) {
    throw new Error('the client tests need Python 3.11 or newer (python3) on the PATH')
  }
  const requirements = readFileSync(join(here, 'requirements.txt'), 'utf8')
  const digest = createHash('sha256').update(`${found.version}\n${requirements}`).digest('hex')
  const folder = join(work, `python-${digest.slice(0, 12)}`)
  const python = join(folder, 'bin', 'python')
  if (existsSync(join(folder, 'complete'))) return python

  process.stdout.write('Installing the Python clients …\n')
  rmSync(folder, { recursive: true, force: true })
  must(found.name, ['-m', 'venv', folder], 'install the venv module (Debian: python3-venv)')
  must(
    python,
    ['-m', 'pip', 'install', '--quiet', '--requirement', join(here, 'requirements.txt')],
    'pip needs a package index: check the connection',
  )
  writeFileSync(join(folder, 'complete'), '')
  return python
}

/** 311 for Python 3.11. */
function pythonVersion(name: string): number | undefined {
  const script = 'import sys; print(sys.version_info[0] * 100 + sys.version_info[1])'
  const { status, stdout } = spawnSync(name, ['-c', script], { encoding: 'utf8' })
  return status === 0 ? Number(stdout) : undefined
}

function must(command: string, args: readonly string[], advice: string): void {
  const { status } = spawnSync(command, args, { stdio: 'inherit' })
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} failed: ${advice}`)
}

interface RunningServer {
  readonly endpoint: string
  readonly log: string
  exitStatus(): number | NodeJS.Signals | null
  stop(): Promise<void>
}

const rootKey = { id: 'AKIACLIENTSTESTSTEST', secret: 'secret/of+the0client1tests2of3boathouse' }
const accountId = '123456789012'

/** The built program, as a user starts it, on a free port and a folder that goes with it. */
async function startServer(): Promise<RunningServer> {
  const log = join(results, 'test-clients-server.log')
  rmSync(log, { force: true })
  const child = spawn(
    join(root, 'bin', 'boathouse'),
    ['up', '--ephemeral', '--port', '0', '--account-id', accountId],
    {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        ...process.env,
        BOATHOUSE_ROOT_ACCESS_KEY_ID: rootKey.id,
        BOATHOUSE_ROOT_SECRET_ACCESS_KEY: rootKey.secret,
      },
    },
  )
  child.stderr.on('data', (chunk: Buffer) => writeFileSync(log, chunk, { flag: 'a' }))
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  const endpoint = await readyAt(child, log)
  return {
    endpoint,
    log,
    exitStatus: () => child.exitCode ?? child.signalCode,
    stop: async () => {
      child.kill('SIGTERM')
      const timer = setTimeout(() => child.kill('SIGKILL'), 30_000)
      await exited
      clearTimeout(timer)
    },
  }
}

function readyAt(child: ChildProcess, log: string): Promise<string> {
  return new Promise((resolve, reject) => {
    createInterface({ input: child.stdout! }).on('line', (line) => {
      const endpoint = /^boathouse ready at (\S+)/.exec(line)?.[1]
      if (endpoint) resolve(endpoint)
    })
    child.once('exit', (code) => {
      reject(new Error(`the server ended with status ${code} before it was ready: see ${log}`))
    })
  })
}

/** What a user's shell has after `eval "$(boathouse env)"`, and nothing else of AWS's. */
function clientEnvironment(server: RunningServer): NodeJS.ProcessEnv {
  const inherited = Object.entries(process.env).filter(([name]) => !/^(AWS|TF)_/.test(name))
  return {
    ...Object.fromEntries(inherited),
    AWS_ENDPOINT_URL: server.endpoint,
    AWS_ACCESS_KEY_ID: rootKey.id,
    AWS_SECRET_ACCESS_KEY: rootKey.secret,
    AWS_REGION: 'us-east-1',
    AWS_DEFAULT_REGION: 'us-east-1',
    // A machine's own settings must not reach the clients.
    AWS_CONFIG_FILE: join(work, 'no-config'),
    AWS_SHARED_CREDENTIALS_FILE: join(work, 'no-credentials'),
    AWS_EC2_METADATA_DISABLED: 'true',
    BOATHOUSE_CHECKOUT: root,
    BOATHOUSE_CLIENTS_WORK: work,
    PYTHONDONTWRITEBYTECODE: '1',
  }
}

/** The exit status of the suites, which are ended when there is no server for them any more: each of their calls would wait for a minute. */
async function run(
  command: string,
  args: readonly string[],
  server: RunningServer,
): Promise<number> {
  const child = spawn(command, args, {
    cwd: here,
    stdio: 'inherit',
    env: clientEnvironment(server),
  })
  const over = new AbortController()
  const { endpoint, log } = server
  const watched = { endpoint, hasEnded: () => server.exitStatus() !== null, log: () => read(log) }
  serverTrouble(watched, over.signal).then(
    (trouble) => {
      process.stderr.write(
        `\n${trouble}: the suites are stopped. The last lines of its log:\n${lastLines(log)}\n`,
      )
      child.kill('SIGKILL')
    },
    () => undefined,
  )
  try {
    return await new Promise((resolve, reject) => {
      child.once('error', reject)
      child.once('exit', (code) => resolve(code ?? 1))
    })
  } finally {
    over.abort()
  }
}

function read(path: string): string {
  return existsSync(path) ? readFileSync(path, 'utf8') : ''
}

function lastLines(path: string): string {
  return read(path).trimEnd().split('\n').slice(-linesShown).join('\n')
}

const linesShown = 40

function readJunit(xml: string): Totals {
  const suites = [...xml.matchAll(/<testsuite [^>]*>/g)].map(([tag]) => tag)
  const sum = (name: string) =>
    suites.reduce((total, tag) => {
      const value = new RegExp(`\\b${name}="(\\d+)"`).exec(tag)?.[1]
      return total + Number(value ?? 0)
    }, 0)
  const failed = sum('failures') + sum('errors')
  const skipped = sum('skipped')
  return { passed: sum('tests') - failed - skipped, failed, skipped }
}

function failedRun(): Totals {
  return { passed: 0, failed: 1, skipped: 0 }
}

try {
  process.exitCode = await main(process.argv.slice(2))
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
  writeFileSync(resultPath, JSON.stringify(failedRun()))
  process.stdout.write('0 passed, 1 failed, 0 skipped\n')
  process.exitCode = 1
}
