import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { flushSteps } from '#ingestion/delivery'
import { kinds, lanes, setUp } from './delivery-kinds-lake.ts'
import { count, countDeadlineMs, Ledger } from './delivery-kinds-ledger.ts'
import { clients, startServer, type Running } from './delivery-lake.ts'
import { startEndpoint } from './posted-endpoint.ts'

/** How long the kills at any moment go on: `BOATHOUSE_FAULT_SECONDS=300 npm test -- faults/delivery-kinds` for long. */
const faultSeconds = Number(process.env['BOATHOUSE_FAULT_SECONDS'] ?? 4)
const lifeMsMax = 4000
const timeout = faultSeconds * 3000 + 300_000 + 4 * countDeadlineMs

test(
  `killed when all lanes have come through a step (${flushSteps.join(', ')}), and at any moment: backups, error files, tables by key and endpoints have every record`,
  { timeout },
  async (t) => {
    const folder = await mkdtemp(join(tmpdir(), 'boathouse-kinds-'))
    const dataDir = join(folder, 'lake')
    const endpoint = await startEndpoint()
    const ledgers = new Map(kinds.map((name) => [name, new Ledger()]))
    const traffic = (server: Running) =>
      Promise.all([...ledgers].map(([name, ledger]) => ledger.send(server, name)))
    try {
      const first = await startServer(dataDir)
      await setUp(clients(first.endpoint), endpoint.url).finally(() => first.kill())
      for (const step of flushSteps) await traffic(await startServer(dataDir, { step, lanes }))
      const endMs = performance.now() + faultSeconds * 1000
      let kills = flushSteps.length
      for (; performance.now() < endMs; kills += 1) {
        const server = await startServer(dataDir)
        const sent = traffic(server)
        await wait(200 + Math.random() * lifeMsMax)
        await server.kill()
        await sent
      }
      const last = await startServer(dataDir)
      try {
        const lines = await count(clients(last.endpoint), ledgers, endpoint.ids)
        t.diagnostic(`${kills} kills\n${lines.join('\n')}`)
      } finally {
        await last.kill()
      }
    } finally {
      endpoint.close()
      await rm(folder, { recursive: true, force: true })
    }
  },
)
