import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { testCredentials } from './lake.ts'

const main = new URL('../../src/main.ts', import.meta.url).pathname

export interface ServerProcess {
  readonly child: ChildProcess
  readonly endpoint: string
  /** What it has written to stderr so far. */
  stderr(): string
  /** Ends it without a warning, as a power cut would. */
  kill(): Promise<void>
  /** SIGTERM, then the exit status. */
  stop(): Promise<number | null>
}

/** A real server as a process of its own, from the sources; resolves when it says that it is ready. */
export async function spawnServer(options: {
  readonly dataDir: string
  readonly env?: Readonly<Record<string, string>>
  readonly args?: readonly string[]
}): Promise<ServerProcess> {
  const child = spawn(
    process.execPath,
    [
      '--conditions=source',
      main,
      'up',
      '--port',
      '0',
      '--data-dir',
      options.dataDir,
      ...(options.args ?? []),
    ],
    {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        ...process.env,
        BOATHOUSE_ACCOUNT_ID: '123456789012',
        BOATHOUSE_ROOT_ACCESS_KEY_ID: testCredentials.accessKeyId,
        BOATHOUSE_ROOT_SECRET_ACCESS_KEY: testCredentials.secretAccessKey,
        ...options.env,
      },
    },
  )
  let stderr = ''
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()))
  const exited = once(child, 'exit') as Promise<[number | null]>
  const ready = new Promise<string>((resolve) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      const found = /^boathouse ready at (\S+)/.exec(line)
      if (found) resolve(found[1]!)
    })
  })
  const endpoint = await Promise.race([
    ready,
    exited.then(([code]) => Promise.reject(new Error(`the server ended with ${code}: ${stderr}`))),
  ])
  return {
    child,
    endpoint,
    stderr: () => stderr,
    kill: async () => {
      child.kill('SIGKILL')
      await exited
    },
    stop: async () => {
      child.kill('SIGTERM')
      return (await exited)[0]
    },
  }
}
