import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** A server under measurement: always a process of its own, so that its time is not ours. */
export interface MeasuredServer extends AsyncDisposable {
  readonly port: number
  readonly child: ChildProcess
  /** Processor seconds that it has used, its threads included. */
  cpuSeconds(): number
  /** Those of the processes that it has started and that live, too. */
  cpuSecondsOfAll(): number
  /** Those of each process that it has started and that lives, by its id. */
  cpuSecondsOfChildren(): ReadonlyMap<number, number>
  residentBytes(): number
}

export async function spawnMeasured(options: {
  /** Default: this Node. */
  readonly command?: string
  readonly args: (port: number, folder: string) => readonly string[]
  readonly env?: (port: number, folder: string) => Readonly<Record<string, string>>
  /** True when it answers. */
  readonly isReady: (port: number) => Promise<boolean>
}): Promise<MeasuredServer> {
  const port = await freePort()
  // Beside the sources: the folder for temporary files may be in memory, where an fsync costs nothing.
  const folder = await mkdtemp(join(import.meta.dirname, '.data-'))
  const child = spawn(options.command ?? process.execPath, options.args(port, folder), {
    cwd: folder,
    env: { ...process.env, ...options.env?.(port, folder) },
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let errors = ''
  child.stderr.on('data', (chunk: Buffer) => {
    errors = (errors + chunk.toString()).slice(-4000)
  })
  const exited = once(child, 'exit')
  const stop = async () => {
    child.kill('SIGKILL')
    await exited
    await rm(folder, { recursive: true, force: true })
  }
  const deadline = performance.now() + 30_000
  while (!(await options.isReady(port).catch(() => false))) {
    if (child.exitCode !== null || performance.now() > deadline) {
      await stop()
      throw new Error(`${options.args(port, folder)} did not start: ${errors}`)
    }
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
  return {
    port,
    child,
    cpuSeconds: () => cpuSecondsOf(child.pid!),
    cpuSecondsOfChildren: () => {
      const all = familyOf(child.pid!)
      all.delete(child.pid!)
      return all
    },
    cpuSecondsOfAll: () => [...familyOf(child.pid!).values()].reduce((sum, each) => sum + each, 0),
    residentBytes: () => residentBytesOf(child.pid!),
    [Symbol.asyncDispose]: stop,
  }
}

/** Whether a process runs no more: a number is given again only after all others. */
export function hasEnded(pid: number): boolean {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') Z ')
  } catch {
    return true
  }
}

/** Linux only: fields 14 and 15 of /proc/<pid>/stat, in hundredths of a second. */
export function cpuSecondsOf(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return (Number(fields[11]) + Number(fields[12])) / 100
}

/** The processor seconds of a process and of those below it, as far as they have not ended meanwhile. */
function familyOf(pid: number, family = new Map<number, number>()): Map<number, number> {
  try {
    family.set(pid, cpuSecondsOf(pid))
    for (const thread of readdirSync(`/proc/${pid}/task`)) {
      const children = readFileSync(`/proc/${pid}/task/${thread}/children`, 'utf8')
      for (const child of children.split(' ').filter(Boolean)) familyOf(Number(child), family)
    }
  } catch (error) {
    if (!['ENOENT', 'ESRCH'].includes((error as NodeJS.ErrnoException).code!)) throw error
  }
  return family
}

function residentBytesOf(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8')
  return Number(/VmRSS:\s+(\d+)/.exec(status)![1]) * 1024
}

/** A port that is free, and the next one too; below those that the system gives to connections, which come and go meanwhile. */
async function freePort(): Promise<number> {
  for (let attempt = 0; attempt < 100; attempt += 1) {
    const port = 10_000 + 2 * Math.floor(Math.random() * 10_000)
    if ((await isFree(port)) && (await isFree(port + 1))) return port
  }
  throw new Error('no free port between 10000 and 30000')
}

function isFree(port: number): Promise<boolean> {
  const server = createServer()
  return new Promise((resolve) => {
    server.once('error', () => resolve(false))
    server.listen(port, () => server.close(() => resolve(true)))
  })
}

/** For servers without a health check: anything but a refused connection will do. */
export async function isAnswering(port: number): Promise<boolean> {
  await (await fetch(`http://127.0.0.1:${port}/`)).arrayBuffer()
  return true
}
