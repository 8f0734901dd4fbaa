/** A program whose main thread stands, watched by the thread of its database: arguments are the folder, how it stands, and the limits. */
import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { silentLogger } from '#kit'
import { openSqliteDatabase } from './sqlite-database.ts'

const [folder = '', how, limits = '{}'] = process.argv.slice(2)
await openSqliteDatabase({
  path: join(folder, 'lake.db'),
  migrations: [],
  log: silentLogger(),
  watch: JSON.parse(limits) as { everyMs: number; stuckMsMax: number },
})
process.stdout.write('ready\n')

/** The worst kind: no input or output has its turn between two promises that are resolved already. */
async function asksAgainForEver(): Promise<void> {
  for (;;) await Promise.resolve()
}

if (how === 'loop') await asksAgainForEver()
else if (how === 'call') execFileSync('sleep', ['600'])
else {
  // A quarter of the limit, again and again: no hang.
  const wait = new Int32Array(new SharedArrayBuffer(4))
  for (let left = 40; left > 0; left -= 1) {
    Atomics.wait(wait, 0, 0, 50)
    // Some turns for what measures them.
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  process.exitCode = 0
  process.kill(process.pid, 'SIGTERM')
}
