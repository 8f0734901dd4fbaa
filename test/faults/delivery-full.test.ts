import { spawnSync } from 'node:child_process'
import { mkdtemp, open, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { poll } from '../harness/index.ts'
import { kinds, setUp } from './delivery-kinds-lake.ts'
import { count, Ledger } from './delivery-kinds-ledger.ts'
import { clients, startServer } from './delivery-lake.ts'
import { startEndpoint } from './posted-endpoint.ts'

/** How often the disk fills up: `BOATHOUSE_FAULT_SECONDS=300 npm test -- faults/delivery-full` for long. */
const faultSeconds = Number(process.env['BOATHOUSE_FAULT_SECONDS'] ?? 0)
const roundsMin = 2

/** A disk of its own, small enough to fill; only root may mount one, and only Linux has tmpfs. */
const mount = (folder: string) =>
  spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=256m', 'tmpfs', folder]).status === 0

/** Writes until there is no room at all. */
async function fill(path: string): Promise<void> {
  const file = await open(path, 'w')
  try {
    for (let chunk = Buffer.alloc(1 << 20); chunk.byteLength > 1;) {
      await file.write(chunk).catch(() => (chunk = chunk.subarray(0, chunk.byteLength / 2)))
    }
  } finally {
    await file.close()
  }
}

test(
  'a disk that is full now and then: backups, error files, tables by key and endpoints have every record that was acknowledged',
  { timeout: faultSeconds * 3000 + 900_000 },
  async (t) => {
    const folder = await mkdtemp(join(tmpdir(), 'boathouse-delivery-full-'))
    if (!mount(folder)) {
      await rm(folder, { recursive: true })
      return t.skip('not run: this user may not mount a tmpfs')
    }
    const dataDir = join(folder, 'lake')
    const ballast = join(folder, 'ballast')
    const endpoint = await startEndpoint()
    const ledgers = new Map(kinds.map((name) => [name, new Ledger()]))
    try {
      let server = await startServer(dataDir)
      await setUp(clients(server.endpoint), endpoint.url)
      const endMs = performance.now() + faultSeconds * 1000
      let rounds = 0
      for (; rounds < roundsMin || performance.now() < endMs; rounds += 1) {
        const sent = Promise.all([...ledgers].map(([name, each]) => each.send(server, name)))
        const taken = () => [...ledgers.values()].map(({ acknowledged }) => acknowledged.size)
        const refused = () => [...ledgers.values()].map((ledger) => ledger.refused)
        const grown = (from: readonly number[], to: readonly number[]) =>
          to.every((value, index) => value > from[index]!)
        await fill(ballast)
        const before = refused()
        await poll('refusals', () => grown(before, refused()))
        await wait(Math.random() * 2000)
        const isKilled = rounds % 2 === 1
        if (isKilled) {
          await server.kill()
          await sent
        }
        await rm(ballast)
        if (isKilled) {
          server = await startServer(dataDir)
          continue
        }
        const then = taken()
        await poll('puts that are taken', () => grown(then, taken()))
        await wait(Math.random() * 1000)
        await server.kill()
        await sent
        server = await startServer(dataDir)
      }
      await ledgers.get('latest')!.sendLast(server, 'latest')
      const lines = await count(clients(server.endpoint), ledgers, endpoint.ids)
      await server.kill()
      t.diagnostic(`${rounds} times full\n${lines.join('\n')}`)
      return undefined
    } finally {
      endpoint.close()
      spawnSync('umount', ['-l', folder])
      await rm(folder, { recursive: true, force: true })
    }
  },
)
