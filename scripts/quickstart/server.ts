import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { Advice } from './advice.ts'

const root = join(import.meta.dirname, '..', '..')
const program = join(root, 'bin', 'boathouse')
const firstPort = 4566
const portsTried = 50
const readyWithinMs = 30_000

export interface QuickstartServer extends AsyncDisposable {
  readonly endpoint: string
  readonly region: string
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly accountId: string
  readonly folder: string
  /** It ran before, and goes on afterwards. */
  readonly found: boolean
  /** Resolves with undefined at Ctrl-C, or with the status when the server ends by itself. */
  untilSignal(): Promise<number | undefined>
}

/** The server of this checkout's data folder: the one that runs, or one of our own that stops with us. */
export async function startServer(): Promise<QuickstartServer> {
  const folder = process.env['BOATHOUSE_DATA_DIR'] ?? join(root, '.boathouse')
  const accountId = process.env['BOATHOUSE_ACCOUNT_ID'] ?? '000000000000'
  const found = cli(folder, 'status').status === 0
  const child = found ? undefined : await launch(folder)
  const stop = async () => {
    if (!child || child.exitCode !== null) return
    const ended = new Promise((resolve) => child.once('exit', resolve))
    child.kill('SIGTERM')
    await ended
  }
  try {
    return {
      ...connection(folder),
      accountId,
      folder,
      found,
      untilSignal: () => (child ? untilSignal(child) : Promise.resolve(undefined)),
      [Symbol.asyncDispose]: stop,
    }
  } catch (error) {
    await stop()
    throw error
  }
}

async function launch(folder: string): Promise<ChildProcess> {
  const port = await freePort()
  const child = spawn(program, ['up', '--data-dir', folder, '--port', String(port)], {
    stdio: ['ignore', 'pipe', 'pipe'],
    // A Ctrl-C reaches us alone; we stop the server when we are done.
    detached: true,
    env: { ...process.env, BOATHOUSE_LOG_LEVEL: process.env['BOATHOUSE_LOG_LEVEL'] ?? 'warn' },
  })
  let log = ''
  child.stderr!.on('data', (chunk: Buffer) => {
    log += chunk.toString()
    process.stderr.write(chunk)
  })
  process.once('exit', () => child.kill('SIGTERM'))
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => (serving ? serving() : process.exit(130)))
  }
  await new Promise<void>((resolve, reject) => {
    const fail = (message: string) =>
      reject(
        new Advice(
          `Boathouse did not start: ${message}`,
          'its last words are above; if another server holds the folder, stop that one, or set BOATHOUSE_DATA_DIR to another folder',
        ),
      )
    const timer = setTimeout(() => fail('it is not ready after 30 s'), readyWithinMs)
    child.once('error', (error) => fail(error.message))
    child.once('exit', (status) => {
      clearTimeout(timer)
      fail(log.trim().split('\n').at(-1) || `it ended with status ${status}`)
    })
    createInterface({ input: child.stdout! }).on('line', (line) => {
      if (!line.startsWith('boathouse ready at ')) return
      clearTimeout(timer)
      resolve()
    })
  })
  return child
}

/** What `boathouse env` says, as a program reads it. */
function connection(folder: string) {
  const { status, stdout, stderr } = cli(folder, 'env')
  const value = (name: string) =>
    new RegExp(`^export ${name}='(.*)'$`, 'm').exec(stdout)?.[1]?.replaceAll(`'\\''`, "'") ?? ''
  const endpoint = value('AWS_ENDPOINT_URL')
  if (status !== 0 || endpoint === '') {
    throw new Advice(
      `'boathouse env' does not know the server: ${stderr.trim()}`,
      'see whether it runs with: npx boathouse status',
    )
  }
  return {
    endpoint,
    region: value('AWS_REGION'),
    accessKeyId: value('AWS_ACCESS_KEY_ID'),
    secretAccessKey: value('AWS_SECRET_ACCESS_KEY'),
  }
}

function cli(folder: string, command: string) {
  return spawnSync(program, [command, '--data-dir', folder], { encoding: 'utf8' })
}

/** The default port, or the next one that nobody uses. */
async function freePort(): Promise<number> {
  for (let port = firstPort; port < firstPort + portsTried; port += 1) {
    if (await canListen(port)) return port
  }
  throw new Advice(
    `no port from ${firstPort} to ${firstPort + portsTried - 1} is free`,
    'stop what uses them (ss -ltnp shows who)',
  )
}

function canListen(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer()
    probe.once('error', () => resolve(false))
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(true)))
  })
}

/** Set while we only serve: a signal then ends the waiting, and not at once the program. */
let serving: (() => void) | undefined

function untilSignal(child: ChildProcess): Promise<number | undefined> {
  return new Promise((resolve) => {
    serving = () => resolve(undefined)
    child.once('exit', (status) => resolve(status ?? 1))
  })
}
