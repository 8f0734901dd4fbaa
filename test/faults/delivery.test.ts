import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { UpdateShardCountCommand } from '@aws-sdk/client-kinesis'
import { flushSteps } from '#ingestion/delivery'
import {
  allStreams,
  clients,
  setUp,
  sourceName,
  startServer,
  type Running,
} from './delivery-lake.ts'
import { count, Ledger } from './delivery-ledger.ts'
import { Watcher } from './delivery-order.ts'

/** How long the random kills go on: `BOATHOUSE_FAULT_SECONDS=300 npm test -- faults/delivery` for long. */
const faultSeconds = Number(process.env['BOATHOUSE_FAULT_SECONDS'] ?? 8)
/** The first server lives for no longer than this after its start; later ones for longer, where the machine is too busy for anything to happen. */
const lifeMsMax = 4000
/** How long is waited at the most until every stream has taken something. */
const somethingMsMax = 180_000
/** For that long, and for the counting of what it left. */
const timeout = (faultSeconds * 3 + 600) * 1000 + somethingMsMax

async function inFolder(work: (dataDir: string, folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'boathouse-delivery-'))
  const dataDir = join(folder, 'lake')
  try {
    const server = await startServer(dataDir)
    try {
      await setUp(server.endpoint)
    } finally {
      await server.kill()
    }
    await work(dataDir, folder)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

test(
  `killed when all deliveries have come through a step (${flushSteps.join(', ')}): every record is there once`,
  { timeout },
  async (t) => {
    await inFolder(async (dataDir, folder) => {
      const ledger = new Ledger()
      const lanes = allStreams.map((name) => `${name}/target`)
      for (const step of flushSteps) {
        const server = await startServer(dataDir, { step, lanes })
        await Promise.all(allStreams.map((name) => ledger.send(server, name)))
        await server.exited
      }
      t.diagnostic(await count(dataDir, folder, ledger))
    })
  },
)

test(
  'killed at any moment during traffic: every record is there once, and after those of its key',
  { timeout },
  async (t) => {
    await inFolder(async (dataDir, folder) => {
      const ledger = new Ledger()
      const watcher = new Watcher()
      const start = performance.now()
      const goesOn = () => {
        const elapsedMs = performance.now() - start
        const isEmpty = watcher.seen === 0 || !ledger.isFilled()
        return elapsedMs < faultSeconds * 1000 || (isEmpty && elapsedMs < somethingMsMax)
      }
      let kills = 0
      do {
        const server = await startServer(dataDir)
        const traffic = Promise.all([
          ...allStreams.map((name) => ledger.send(server, name)),
          watch(server, watcher),
          reshard(server, kills % 2 === 0 ? 4 : 2),
        ])
        await wait(200 + Math.random() * lifeMsMax * (1 + kills / 4))
        await server.kill()
        await traffic
        kills += 1
      } while (goesOn())
      const lines = await count(dataDir, folder, ledger)
      assert.ok(watcher.looks > 0 && watcher.seen > 0)
      t.diagnostic(
        `${kills} kills, ${watcher.looks} looks (${watcher.seen} objects) while they went on\n${lines}`,
      )
    })
  },
)

/** Until the server is gone. */
async function watch({ endpoint, exited }: Running, watcher: Watcher): Promise<void> {
  const all = clients(endpoint)
  let isOver = false
  void exited.then(() => (isOver = true))
  while (!isOver) {
    await watcher.look(all).catch((error: unknown) => {
      if (error instanceof assert.AssertionError) throw error
    })
    // How often it looks.
    await wait(100)
  }
}

/** Keys move to other shards while their records are under way; the server may be gone before. */
async function reshard({ endpoint }: Running, TargetShardCount: number): Promise<void> {
  await wait(Math.random() * 1000)
  const command = new UpdateShardCountCommand({
    StreamName: sourceName,
    TargetShardCount,
    ScalingType: 'UNIFORM_SCALING',
  })
  await clients(endpoint)
    .kinesis.send(command)
    .catch(() => undefined)
}
