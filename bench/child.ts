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
    cpuSecondsOfAll: () => familyOf(child.pid!).reduce((sum, pid) => sum + cpuSecondsOf(pid), 0),
    residentBytes: () => residentBytesOf(child.pid!),
    [Symbol.asyncDispose]: stop,
  }
}

/** Linux only: fields 14 and 15 of /proc/<pid>/stat, in hundredths of a second. */
export function cpuSecondsOf(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return (Number(fields[11]) + Number(fields[12])) / 100
}

/** A process and those below it. */
function familyOf(pid: number): readonly number[] {
  const children = readdirSync(`/proc/${pid}/task`).flatMap((thread) =>
    readFileSync(`/proc/${pid}/task/${thread}/children`, 'utf8').split(' ').filter(Boolean),
  )
  return [pid, ...children.flatMap((child) => familyOf(Number(child)))]
}

function residentBytesOf(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8')
  return Number(/VmRSS:\s+(\d+)/.exec(status)![1]) * 1024
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  server.close()
  await once(server, 'close')
  return port
}

/** For servers without a health check: anything but a refused connection will do. */
export async function isAnswering(port: number): Promise<boolean> {
  await (await fetch(`http://127.0.0.1:${port}/`)).arrayBuffer()
  return true
}
