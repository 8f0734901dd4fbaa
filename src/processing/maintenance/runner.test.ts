import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createLogger, ManualClock, systemClock } from '#kit'
import { makeTable, openTemporaryTables } from '#test/tables'
import { createMaintenance, migrations } from './index.ts'

test('a table that was dropped before it is looked after is nothing to warn of; one that cannot be read is', async () => {
  await using lake = await openTemporaryTables(migrations)
  const clock = new ManualClock(systemClock.now())
  const lines: string[] = []
  const log = createLogger('warn', { write: (line) => void lines.push(line) })
  const broken = new Set<string>()
  const tables: typeof lake.tables = {
    ...lake.tables,
    load: async (ref) => {
      if (broken.has(ref.table)) throw new Error('the disk is gone for a moment')
      return lake.tables.load(ref)
    },
  }
  // Neither table comes to be rewritten.
  const rewriting = { engine: {} as never, schemas: {} as never }
  const maintenance = createMaintenance({ ...lake, ...rewriting, tables, clock, log })
  const [dropped, unread] = [await makeTable(lake), await makeTable(lake)]
  for (const { ref } of [dropped, unread]) maintenance.noticed(ref)
  await lake.tables.drop(dropped.ref)
  broken.add(unread.ref.table)
  clock.advance(10 * 60_000)
  await maintenance.run(new AbortController().signal)
  assert.equal(lines.length, 1)
  const { msg, table_name: name } = JSON.parse(lines[0]!) as Record<string, string>
  assert.deepEqual([msg, name], ['a table could not be looked after', unread.ref.table])
})
